# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Compiles the data path with clang and the node with Maven, when something is newer than the last build. Sourced by weir.
#
#   target/bpf/NAME.bpf.o         the data path; on the class path as /bpf/NAME.bpf.o
#   target/bpf-poison/…           the same with uninitialised memory poisoned (WEIR_POISON), for tests
#   target/bench-bpf/…            the benchmarks' own programs
#   target/weir.jar               the node; target/classpath.runtime its libraries
#   target/weir.aot               its classes as the JVM likes to start with them (JEP 514)

runtime_class_path() { echo "$TARGET/weir.jar:$(<"$TARGET/classpath.runtime")"; }

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
            -I "/usr/include/$(uname -m)-linux-gnu" - || die "bpf/abi.h has padding that is not named"
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
    rm -f "$TARGET/weir.aot"
    cat >"$TARGET/training.edn" <<-EDN
	{:proxies [{:name "web" :listen {:interfaces ["front"] :address "192.0.2.80" :port 80}
	            :default-target [{:ip "10.0.0.1" :port 80 :weight 50} {:ip "10.0.0.2" :port 80 :weight 50}]}]
	 :settings {:pin-path "/sys/fs/bpf/weir-training-$$"}}
	EDN
    # Without an archive it only starts slower.
    train_by_running || train_by_checking || rm -f "$TARGET/weir.aot"
}

# The command that trains with a verb, in the array TRAINING.
training_command() {
    TRAINING=("$JAVA_HOME/bin/java" "${JVM_OPTIONS[@]}" -XX:AOTCacheOutput="$TARGET/weir.aot"
              -cp "$(runtime_class_path)" io.weir.Main "$1" -c "$TARGET/training.edn")
}

# A start to forwarding and a stop, in a network namespace that nobody sees.
train_by_running() {
    ((EUID == 0)) && [[ $(stat -f -c %T /sys/fs/bpf 2>/dev/null) == bpf_fs ]] || return 1
    local TRAINING pid tries=0 status=0
    training_command run
    unshare --net sh -c 'ip link add front type veth peer name back && ip link set front up && exec "$@"' - \
        "${TRAINING[@]}" >"$TARGET/training.log" 2>&1 &
    pid=$!
    until grep -qs " ready: " "$TARGET/training.log"; do
        if ! kill -0 "$pid" 2>/dev/null || ((tries++ >= 300)); then
            break
        fi
        sleep 0.1
    done
    kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" || true
    "$JAVA_HOME/bin/java" "${JVM_OPTIONS[@]}" -cp "$(runtime_class_path)" io.weir.Main \
        detach --pin-path "/sys/fs/bpf/weir-training-$$" >>"$TARGET/training.log" 2>&1 || status=1
    [[ -s $TARGET/weir.aot ]] && return "$status"
    return 1
}

train_by_checking() {
    local TRAINING
    training_command check
    "${TRAINING[@]}" >"$TARGET/training.log" 2>&1
}
