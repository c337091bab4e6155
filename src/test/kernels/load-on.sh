#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots a kernel under qemu and runs the data path on it: does its verifier take the programs, do packets come out right?
#
#   load-on.sh [--test CLASS]... KERNEL...
#
# KERNEL is a Debian kernel package (a file), or the beginning of a version that apt offers (6.1, 6.12).
# CLASS is one of the node's test classes, by its full name; they run in the guest too, as ./weir test last built them.
# Ends with one line a kernel; exit code 1 when one failed, 2 when something needed is missing.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
SECONDS_TO_RUN=${SECONDS_TO_RUN:-1200} # emulated, a kernel boots in about 20, a test class takes minutes
TARGET=$ROOT/target
say() { echo "load-on: $*" >&2; }
die() {
    say "$*"
    exit 2
}
# shellcheck source-path=SCRIPTDIR source=../../launcher/host.sh
source "$ROOT/src/launcher/host.sh"
# shellcheck source-path=SCRIPTDIR source=../../launcher/build.sh
source "$ROOT/src/launcher/build.sh"

need() {
    local lacking=() entry
    for entry in qemu-system-x86_64=qemu-system-x86 busybox=busybox-static cpio=cpio ip=iproute2 dpkg=dpkg xz=xz-utils; do
        command -v "${entry%%=*}" >/dev/null || lacking+=("${entry#*=}")
    done
    [[ -e /usr/include/bpf/libbpf.h ]] || lacking+=(libbpf-dev)
    [[ -n $(llvm_tool clang) ]] || lacking+=(clang)
    ((${#lacking[@]} == 0)) || die "lacks ${lacking[*]}: run 'sudo apt-get install ${lacking[*]}'"
    [[ $(uname -m) == x86_64 ]] || die "boots x86-64 kernels with this machine's libraries: needs an x86-64 machine"
    ldd "$(command -v busybox)" >/dev/null 2>&1 && die "busybox is not static: install busybox-static"
    return 0
}

# Prints the path of the kernel's package, fetched when it was named by version.
package_of() {
    local name
    if [[ -f $1 ]]; then
        realpath "$1"
        return
    fi
    [[ $1 == */* || $1 == *.deb ]] && die "no such file: $1"
    name=$(apt-cache search --names-only "^linux-image-${1//./\\.}[.-][0-9].*-amd64\$" | cut -d ' ' -f 1 |
        grep -vE -- '-(cloud|rt)-' | sort -V | tail -n 1)
    [[ -n $name ]] || die "apt offers no kernel $1 (run apt-get update, or give a package file)"
    say "fetching $name"
    (cd "$WORK" && apt-get -qq -o APT::Sandbox::User=root download "$name" >&2) || die "apt could not fetch $name"
    echo "$WORK/${name}"_*.deb
}

# Copies a program and its libraries into the guest.
install_program() {
    local from=$1 to=$2 library
    install -D "$from" "$to"
    while read -r library; do
        install -D "$library" "$GUEST$library"
    done < <(ldd "$from" | grep -oE '/[^ ]+')
}

build_guest() {
    local clang
    clang=$(llvm_tool clang)
    compile_bpf_directory "$ROOT/bpf" "$GUEST/objects"
    "$clang" -O1 -g -Wall -Wextra -Werror -I "$ROOT/bpf" "$HERE"/*.c -lbpf -o "$WORK/guest"
    install_program "$WORK/guest" "$GUEST/guest"
    install_program "$(command -v ip)" "$GUEST/sbin/ip"
    install -D "$(command -v busybox)" "$GUEST/bin/busybox"
    install -D "$HERE/init.sh" "$GUEST/init"
    install_modules "$(find "$1" -type d -path '*/modules/*/kernel' -print -quit)"
    if ((${#tests[@]})); then
        test_command >"$GUEST/tests"
    fi
}

# In an order that brings each module after those it needs. What a kernel has built in, or does not know, is not there.
install_modules() {
    local from=$1 module
    local modules=(drivers/net/veth net/sched/sch_ingress net/sched/cls_bpf)
    if ((${#tests[@]})); then
        modules+=(drivers/virtio/virtio_ring drivers/virtio/virtio drivers/virtio/virtio_pci_{modern,legacy}_dev
            drivers/virtio/virtio_pci fs/netfs/netfs fs/fscache/fscache net/9p/9pnet net/9p/9pnet_virtio fs/9p/9p
            fs/overlayfs/overlay drivers/net/{dummy,tun} net/llc/llc net/802/{stp,garp,mrp} net/8021q/8021q)
    fi
    mkdir -p "$GUEST/modules"
    for module in "${modules[@]}"; do
        if [[ -e $from/$module.ko.xz ]]; then
            xz -dc "$from/$module.ko.xz" >"$GUEST/modules/${module##*/}.ko"
        elif [[ -e $from/$module.ko ]]; then
            cp "$from/$module.ko" "$GUEST/modules/"
        else
            continue
        fi
        echo "${module##*/}" >>"$GUEST/modules/order"
    done
}

# The shell's words for the guest, which sees this machine's files where they are here.
test_command() {
    local class_path launcher
    find_java
    [[ -d $TARGET/test-classes ]] || die "the tests are not built: run ./weir test first"
    class_path=$(test_class_path)
    launcher=${class_path#*junit-platform-engine/}
    launcher=$(find "${HOME:-/root}/.m2" -name "junit-platform-launcher-${launcher%%/*}.jar" -print -quit)
    [[ -n $launcher ]] || die "lacks junit-platform-launcher: run ./weir test once, which fetches it"
    "$JAVA_HOME/bin/javac" -cp "$class_path:$launcher" -d "$WORK/runner" "$HERE/RunTests.java"
    printf 'cd %q\nexport PATH=%q JAVA_HOME=%q\n' "$ROOT" "$PATH" "$JAVA_HOME"
    printf '%q ' "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
        -Xmx300m -cp "$WORK/runner:$launcher:$class_path" RunTests "${tests[@]}"
}

# Everything the guest says, with the terminal's own signs removed. Always emulated: slower than KVM, but the same everywhere.
boot() {
    timeout --kill-after=10 "$SECONDS_TO_RUN" qemu-system-x86_64 -accel tcg -cpu max -m 1024 -smp 1 -nographic \
        -no-reboot -nic none -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap -kernel "$1" -initrd "$WORK/initramfs" \
        -append 'console=ttyS0 quiet panic=-1 mitigations=off rdinit=/init' </dev/null 2>&1 |
        tr -d '\r' | sed -u 's/\x1b[^a-zA-Z]*[a-zA-Z]//g'
}

try_kernel() {
    local package kernel
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/load-on.XXXXXX")
    GUEST=$WORK/guest-root
    trap 'rm -rf "$WORK"' EXIT
    package=$(package_of "$1")
    mkdir "$WORK/package" "$GUEST"
    dpkg -x "$package" "$WORK/package"
    kernel=$(find "$WORK/package/boot" -name 'vmlinuz-*' -print -quit)
    [[ -n $kernel ]] || die "$package holds no kernel: give a linux-image package that is no meta-package"
    build_guest "$WORK/package"
    (cd "$GUEST" && find . | cpio --quiet -o -H newc | gzip -1) >"$WORK/initramfs"
    say "booting ${kernel##*/vmlinuz-}"
    boot "$kernel" | tee "$WORK/said" | grep -vE '^(SeaBIOS|iPXE|Booting from)'
    grep -q '^guest: ' "$WORK/said" || say "the guest did not come to its end (it had $SECONDS_TO_RUN s)"
    grep -q '^guest: passed on' "$WORK/said" && ! grep -q '^FAIL' "$WORK/said"
}

tests=()
while [[ ${1:-} == --test && -n ${2:-} ]]; do
    tests+=("$2")
    shift 2
done
[[ $# -gt 0 && $1 != -* ]] || die "usage: $0 [--test CLASS]... KERNEL...: a Debian kernel package, or a version such as 6.1"
need
failed=0
for asked in "$@"; do
    set +e # in a condition, the subshell would go on after an error
    (set -e && try_kernel "$asked")
    status=$?
    set -e
    case $status in
        0) verdicts+=("$asked: passed") ;;
        *) verdicts+=("$asked: FAILED") failed=1 ;;
    esac
done
printf 'load-on: %s\n' "${verdicts[@]}"
exit "$failed"
