# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the host must have: packages, a JDK, a mounted bpffs. Sourced by weir.
#
# A package is written as its name, or as COMMAND=PACKAGE where any installation of the command will do.

# shellcheck disable=SC2034 # used by the others
RUNTIME_PACKAGES=(libbpf1 ip=iproute2 nsenter=util-linux)
BUILD_PACKAGES=(mvn=maven clang libbpf-dev linux-libc-dev flock=util-linux)
TEST_PACKAGES=(
    nginx=nginx-light haproxy=haproxy wrk=wrk iperf3=iperf3 socat=socat nc=netcat-openbsd tcpdump=tcpdump
    ethtool=ethtool nft=nftables curl=curl bpftool=bpftool pgrep=procps ping=iputils-ping tc=iproute2 dnsmasq=dnsmasq-base promtool=prometheus
    openssl=openssl keepalived=keepalived conntrackd=conntrackd conntrack=conntrack
    chromium=chromium chromedriver=chromium-driver)
FORMAT_PACKAGES=(clang-format)

export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]; }

is_offered() { [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]; }

# The newest of a versioned LLVM tool that is there: clang, clang-format. At least 14, which compiles for BPF as we need it.
llvm_tool() {
    local version
    for version in 19 20 21 18 17 16 15 14; do
        if command -v "$1-$version" >/dev/null; then
            command -v "$1-$version"
            return
        fi
    done
    command -v "$1"
}

# Prints the packages of the list that are missing, one a line.
missing_packages() {
    local entry
    for entry in "$@"; do
        case $entry in
            clang | clang-format)
                llvm_tool "$entry" >/dev/null || { is_offered "$entry-19" && echo "$entry-19" || echo "$entry"; } ;;
            *=*) command -v "${entry%%=*}" >/dev/null || echo "${entry#*=}" ;;
            *) is_installed "$entry" || echo "$entry" ;;
        esac
    done | sort -u
}

need_packages() {
    command -v dpkg-query >/dev/null || return 0 # not a Debian: whoever lacks something will be told by its absence
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    if ((EUID != 0)); then
        die "missing packages: run 'sudo apt-get install ${missing[*]}', or this command with sudo"
    fi
    if ! compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then
        update_package_lists
        mapfile -t missing < <(missing_packages "$@") # what is offered decides between versions
    fi
    say "installing ${missing[*]}"
    apt_install "${missing[@]}"
}

update_package_lists() {
    say "fetching the package lists"
    apt-get -q -o DPkg::Lock::Timeout=300 update >>"$(apt_log)" 2>&1 || true # a stale mirror is no reason to stop
}

apt_log() { mkdir -p "$TARGET" && echo "$TARGET/apt.log"; }

apt_install() {
    forbid_service_starts
    if ! apt_get_install "$@"; then
        update_package_lists
        if ! apt_get_install "$@"; then
            allow_service_starts
            tail -n 5 "$(apt_log)" >&2
            die "apt could not install $* (its words are above and in $(apt_log)): install them, then try again"
        fi
    fi
    allow_service_starts
    local service
    for service in nginx haproxy prometheus keepalived conntrackd; do # installed for tests, not to serve at the next boot
        if [[ " $* " == *" $service"* ]] && command -v systemctl >/dev/null; then
            systemctl disable --quiet "$service" >>"$(apt_log)" 2>&1 || true
        fi
    done
}

apt_get_install() {
    DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 \
        install "$@" >>"$(apt_log)" 2>&1
}

# Debian starts a service when its package is installed, unless this file says no. One that is there already is the
# administrator's, and stays.
POLICY=/usr/sbin/policy-rc.d
forbid_service_starts() {
    [[ ! -e $POLICY ]] || return 0
    trap allow_service_starts EXIT
    printf '#!/bin/sh\n# made by weir while it installs packages\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
}

allow_service_starts() {
    if grep -qs '^# made by weir' "$POLICY"; then
        rm -f "$POLICY"
    fi
}

# Sets JAVA_HOME to a JDK 25 or newer; 25 itself goes first.
find_java() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/*jdk*; do
        if [[ -x $home/bin/javac ]] && (($(jdk_version "$home") >= 25)); then
            export JAVA_HOME=$home
            return
        fi
    done
    local package
    for package in openjdk-25-jdk-headless temurin-25-jdk; do
        if ((EUID == 0)) && is_offered "$package"; then
            say "installing $package"
            apt_install "$package"
            find_java
            return
        fi
    done
    die "needs a JDK 25, which this system does not offer: install Temurin 25 (https://adoptium.net) under" \
        "/usr/lib/jvm, or set JAVA_HOME to one"
}

jdk_version() {
    local version
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
    echo "${version:-0}"
}

mount_bpffs() {
    ((EUID == 0)) || return 0
    [[ $(stat -f -c %T /sys/fs/bpf 2>/dev/null) != bpf_fs ]] || return 0
    if mount -t bpf bpf /sys/fs/bpf 2>/dev/null; then
        say "mounted bpffs at /sys/fs/bpf"
        if [[ $(readlink /proc/self/ns/mnt) != $(readlink /proc/1/ns/mnt) ]]; then
            say "what is pinned there ends with this mount namespace, and nobody else sees it: in a network namespace" \
                "call weir with nsenter --net=/run/netns/NAME, not with ip netns exec"
        fi
    fi # otherwise the program says what it lacks
}
