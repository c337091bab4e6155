#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Boots a kernel under qemu and runs the data path on it: does its verifier take the programs, do packets come out right?
#
#   load-on.sh KERNEL [KERNEL...]
#
# KERNEL is a Debian kernel package (a file), or the beginning of a version that apt offers (6.1, 6.12).
# Ends with one line a kernel; exit code 1 when one failed, 2 when something needed is missing.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
SECONDS_TO_RUN=${SECONDS_TO_RUN:-300} # emulated, a kernel boots in about 20

# What the launcher's files expect of who sources them.
# shellcheck disable=SC2034
TARGET=
say() { echo "load-on: $*" >&2; }
die() {
    say "$*"
    exit 2
}
# shellcheck source-path=SCRIPTDIR source=../../../launcher/host.sh
source "$ROOT/launcher/host.sh"
# shellcheck source-path=SCRIPTDIR source=../../../launcher/build.sh
source "$ROOT/launcher/build.sh"

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
    local clang modules module
    clang=$(llvm_tool clang)
    compile_bpf_directory "$ROOT/bpf" "$GUEST/objects"
    "$clang" -O1 -g -Wall -Wextra -Werror -I "$ROOT/bpf" "$HERE"/*.c -lbpf -o "$WORK/guest"
    install_program "$WORK/guest" "$GUEST/guest"
    install_program "$(command -v ip)" "$GUEST/sbin/ip"
    install -D "$(command -v busybox)" "$GUEST/bin/busybox"
    install -D "$HERE/init.sh" "$GUEST/init"
    modules=$(find "$1" -type d -path '*/modules/*/kernel' -print -quit)
    mkdir -p "$GUEST/modules"
    for module in drivers/net/veth net/sched/sch_ingress net/sched/cls_bpf; do
        if [[ -e $modules/$module.ko.xz ]]; then
            xz -dc "$modules/$module.ko.xz" >"$GUEST/modules/${module##*/}.ko"
        elif [[ -e $modules/$module.ko ]]; then
            cp "$modules/$module.ko" "$GUEST/modules/"
        fi
    done
}

# Everything the guest says, with the terminal's own signs removed. Always emulated: slower than KVM, but the same everywhere.
boot() {
    timeout --kill-after=10 "$SECONDS_TO_RUN" qemu-system-x86_64 -accel tcg -cpu max -m 1024 -smp 1 -nographic \
        -no-reboot -nic none -kernel "$1" -initrd "$WORK/initramfs" \
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

(($#)) || die "usage: $0 KERNEL [KERNEL...]: a Debian kernel package, or a version such as 6.1"
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
