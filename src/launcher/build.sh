# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Compiles the data path with clang and the node with Maven, when something is newer than the last build. Sourced by weir.
#
#   target/bpf/NAME.bpf.o         the data path; on the class path as /bpf/NAME.bpf.o
#   target/bpf-poison/…           the same with uninitialised memory poisoned (WEIR_POISON), for tests
#   target/bench-bpf/…            the benchmarks' own programs
#   target/weir.jar               the node; target/lib/ its libraries, in the order of target/classpath.runtime
#   target/java.options           with what Java runs it, an option a line
#   target/weir.aot               its classes as the JVM likes to start with them (JEP 514)
#   target/weir-verbs.aot         the same for verbs that talk to a node: what they need is another half of the libraries

# The libraries are copies: Maven's own are in the home of whoever built, where nobody else may read.
runtime_class_path() {
    local jars
    mapfile -t jars < <(libraries)
    (IFS=:; echo "$TARGET/weir.jar:${jars[*]/#*\//$TARGET/lib/}")
}

# Maven's own, one a line.
libraries() { tr : '\n' <"$TARGET/classpath.runtime"; }

copy_libraries() {
    local jars
    mapfile -t jars < <(libraries)
    rm -rf "$TARGET/lib"
    mkdir "$TARGET/lib"
    cp --preserve=timestamps "${jars[@]}" "$TARGET/lib/"
}

test_class_path() { echo "$TARGET/test-classes:$TARGET/classes:$(<"$TARGET/classpath.test")"; }

# Runs a function alone: two launchers of one tree never build at once.
alone() {
    mkdir -p "$TARGET"
    [[ -w $TARGET ]] || die "cannot write $TARGET: it was built by another user; use sudo, or remove it"
    (
        flock 9
        "$@"
    ) 9>"$TARGET/.lock"
}

# Whether anything that goes into a build is newer than the stamp. Directories count: a removed file changes its own.
is_stale() {
    local stamp=$TARGET/$1 sources=("$ROOT/pom.xml" "$ROOT/bpf" "$ROOT/src/launcher" "$ROOT/.mvn" "${@:2}")
    [[ ! -e $stamp || -n $(find "${sources[@]}" -newer "$stamp" -print -quit 2>/dev/null) ]]
}

build_program() {
    is_stale .built "$ROOT/src/main" "$ROOT/src/bench/bpf" || return 0
    need_packages "${BUILD_PACKAGES[@]}"
    alone build_program_now
}

build_program_now() {
    is_stale .built "$ROOT/src/main" "$ROOT/src/bench/bpf" || return 0
    touch "$TARGET/.building" # a source saved while the build runs must count as newer than it
    compile_bpf
    say "building the node"
    maven compile
    copy_libraries
    archive
    mv "$TARGET/.building" "$TARGET/.built"
    give_back
}

build_everything() {
    build_program
    is_stale .built-tests "$ROOT/src" || return 0
    alone build_tests_now
}

build_tests_now() {
    is_stale .built-tests "$ROOT/src" || return 0
    touch "$TARGET/.building-tests"
    say "building the tests"
    maven test-compile
    mv "$TARGET/.building-tests" "$TARGET/.built-tests"
    give_back
}

# Under sudo the build belongs to who asked for it, so that the next one can go without.
give_back() {
    if ((EUID == 0)) && [[ -n ${SUDO_UID:-} ]]; then
        chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$TARGET"
    fi
}

compile_bpf() {
    say "building the data path"
    rm -rf "$TARGET/bpf" "$TARGET/bpf-poison" "$TARGET/bench-bpf"
    check_layouts
    compile_bpf_directory "$ROOT/bpf" "$TARGET/bpf"
    if grep -qs WEIR_POISON "$ROOT"/bpf/*.[ch]; then
        compile_bpf_directory "$ROOT/bpf" "$TARGET/bpf-poison" -DWEIR_POISON
    fi
    compile_bpf_directory "$ROOT/src/bench/bpf" "$TARGET/bench-bpf"
}

# What kernel and node share has no byte that is not named.
check_layouts() {
    printf '#include <linux/bpf.h>\n#include "abi.h"\n' |
        "$(llvm_tool clang)" -x c -fsyntax-only -Wall -Wextra -Werror -Wpadded -target bpf -I "$ROOT/bpf" \
            -I "/usr/include/$(uname -m)-linux-gnu" - || die "a struct of bpf/abi.h or its parts has padding that is not named"
}

# The machine's own include directory: linux/types.h wants asm/types.h, which clang does not look for with -target bpf.
compile_bpf_directory() {
    local from=$1 to=$2 clang source
    shift 2
    clang=$(llvm_tool clang) || die "needs clang: install the package clang-19 or clang"
    mkdir -p "$to"
    for source in "$from"/*.bpf.c; do
        [[ -e $source ]] || continue
        "$clang" -O2 -g -Wall -Wextra -Werror -target bpf -mcpu=v3 "$@" -I "$ROOT/bpf" \
            -I "/usr/include/$(uname -m)-linux-gnu" -c "$source" -o "$to/$(basename "${source%.c}").o" ||
            die "$source does not compile; clang's words are above"
    done
}

maven() {
    mkdir -p "$TARGET"
    if ! (cd "$ROOT" && mvn -B -ntp -l "$TARGET/maven.log" "$@" >/dev/null 2>&1); then
        grep -E '^\[(ERROR|WARNING)\]|^    ' "$TARGET/maven.log" >&2 || tail -n 20 "$TARGET/maven.log" >&2
        die "Maven could not do '$*': its words are above"
    fi
}

# A jar, because the JVM keeps an archive of classes only for jars; then a training run to make it.
archive() {
    "$JAVA_HOME/bin/jar" --create --file "$TARGET/weir.jar.new" -C "$TARGET/classes" .
    mv "$TARGET/weir.jar.new" "$TARGET/weir.jar"
    printf '%s\n' "${JVM_OPTIONS[@]}" -cp "$(runtime_class_path)" >"$TARGET/java.options"
    rm -f "$TARGET/weir.aot" "$TARGET/weir-verbs.aot"
    cat >"$TARGET/training.edn" <<-EDN
	{:proxies [{:name "web" :listen {:interfaces ["front"] :address "192.0.2.80" :port 80}
	            :default-target [{:ip "10.0.0.1" :port 80 :weight 50} {:ip "10.0.0.2" :port 80 :weight 50}]}]
	 :settings {:pin-path "/sys/fs/bpf/weir-training-$$"}}
	EDN
    sed 's/:settings {/&:admin-api {:enabled true} /' "$TARGET/training.edn" >"$TARGET/training-verbs.edn"
    # Without an archive it only starts slower.
    train_by_running || train_by_checking || rm -f "$TARGET/weir.aot"
    train_verbs || rm -f "$TARGET/weir-verbs.aot"
}

# The program's command line with a verb and its options, in the array TRAINING; the first word is an option of Java, or empty.
training_command() {
    TRAINING=("$JAVA_HOME/bin/java" "${JVM_OPTIONS[@]}" ${1:+"$1"} -cp "$(runtime_class_path)" io.weir.Main "${@:2}")
}

# A start to forwarding and a stop.
train_by_running() {
    local TRAINING NODE status=0
    training_command -XX:AOTCacheOutput="$TARGET/weir.aot" run -c "$TARGET/training.edn"
    start_hidden "${TRAINING[@]}" || true
    stop_hidden || status=1
    [[ -s $TARGET/weir.aot ]] && return "$status"
    return 1
}

# The status of a node that runs: asking it takes another half of the libraries than being it.
train_verbs() {
    local TRAINING NODE status=0
    training_command "" run -c "$TARGET/training-verbs.edn"
    start_hidden "${TRAINING[@]}" || status=1
    if ((status == 0)); then
        training_command -XX:AOTCacheOutput="$TARGET/weir-verbs.aot" status
        nsenter --target "$NODE" --net "${TRAINING[@]}" >>"$TARGET/training.log" 2>&1 || status=1
    fi
    stop_hidden || status=1
    return "$status"
}

# Starts a node in a network namespace that nobody sees, and waits until it forwards. NODE is its process.
start_hidden() {
    local tries=0
    NODE=
    ((EUID == 0)) && [[ $(stat -f -c %T /sys/fs/bpf 2>/dev/null) == bpf_fs ]] || return 1
    : >"$TARGET/training.log" # of a run before, which was ready too
    unshare --net sh -c 'ip link add front type veth peer name back && ip link set front up && ip link set lo up &&
        exec "$@"' - "$@" >"$TARGET/training.log" 2>&1 &
    NODE=$!
    until grep -qs " ready: " "$TARGET/training.log"; do
        if ! kill -0 "$NODE" 2>/dev/null || ((tries++ >= 300)); then
            return 1
        fi
        sleep 0.1
    done
}

# Stops it, and takes its data path off.
stop_hidden() {
    local TRAINING
    [[ -n $NODE ]] || return 1
    kill -TERM "$NODE" 2>/dev/null || true
    wait "$NODE" || true
    training_command "" detach --pin-path "/sys/fs/bpf/weir-training-$$"
    "${TRAINING[@]}" >>"$TARGET/training.log" 2>&1
}

train_by_checking() {
    local TRAINING
    training_command -XX:AOTCacheOutput="$TARGET/weir.aot" check -c "$TARGET/training.edn"
    "${TRAINING[@]}" >"$TARGET/training.log" 2>&1
}
