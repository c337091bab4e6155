#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# The guest's first process: a veth pair with two neighbours behind it, then the guest's program, then off.
/bin/busybox --install -s /bin
mkdir -p /proc /sys
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t bpf bpf /sys/fs/bpf
while read -r module; do
    insmod "/modules/$module.ko" || echo "FAIL insmod $module"
done </modules/order
uname -r >/release
{
    /sbin/ip link set lo up
    echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
    /sbin/ip link add inner type veth peer name outer
    /sbin/ip link set inner up
    /sbin/ip link set outer up
    /sbin/ip address add 10.0.0.1/24 dev inner
    /sbin/ip -6 address add fd00::1/64 dev inner
    for host in 2 3; do
        /sbin/ip neigh add 10.0.0.$host lladdr 02:00:00:00:00:0$host dev inner
        /sbin/ip -6 neigh add fd00::$host lladdr 02:00:00:00:00:0$host dev inner
    done
    echo 1 >/proc/sys/net/ipv4/ip_forward
    echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
} || echo "FAIL the guest's network"
echo
echo "kernel: $(cat /release)"

# The host's own files, with room to write over them in memory: where Java and the tests' tools are.
enter_host() {
    mkdir -p /host /memory /root
    mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=524288 host /host
    mount -t tmpfs memory /memory
    mkdir /memory/upper /memory/work
    mount -t overlay -o lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work overlay /root
    mount -t proc proc /root/proc
    mount -t sysfs sys /root/sys
    mount -t bpf bpf /root/sys/fs/bpf
    mount -t devtmpfs dev /root/dev
    mount -t tmpfs run /root/run
}

passed=passed
/guest /objects inner outer || passed=failed
if [ -e /tests ]; then
    /sbin/ip link del inner
    enter_host
    chroot /root /bin/bash <tests || passed=failed
fi
echo "guest: $passed on $(cat /release)"
poweroff -f
