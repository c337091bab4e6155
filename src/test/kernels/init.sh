#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: Apache-2.0
# The guest's first process: a veth pair with two neighbours behind it, then the guest's program, then off.
/bin/busybox --install -s /bin
mkdir -p /proc /sys
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t bpf bpf /sys/fs/bpf
for module in /modules/*.ko; do
    insmod "$module" || echo "FAIL insmod $module"
done
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
if /guest /objects inner outer; then
    echo "guest: passed on $(cat /release)"
else
    echo "guest: failed on $(cat /release)"
fi
poweroff -f
