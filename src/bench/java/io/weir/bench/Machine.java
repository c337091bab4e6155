package io.weir.bench;

import io.weir.testing.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the figures were measured on. */
final class Machine {

    private Machine() {}

    static Map<String, String> describe() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cpu", firstLine("grep -m1 'model name' /proc/cpuinfo | cut -d: -f2"));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("cache", firstLine("cat /sys/devices/system/cpu/cpu0/cache/index*/size | paste -sd/"));
        facts.put("memory", firstLine("awk '/MemTotal/ {printf \"%.0f MB\", $2 / 1024}' /proc/meminfo"));
        facts.put("virtual", firstLine("grep -qw hypervisor /proc/cpuinfo && echo yes || echo no"));
        facts.put("kernel", firstLine("uname -r"));
        facts.put("bpf jit", firstLine("cat /proc/sys/net/core/bpf_jit_enable"));
        facts.put("clang", firstLine("(clang-19 --version || clang --version) 2>/dev/null"));
        facts.put("libbpf", firstLine("readlink -f /usr/lib/*-linux-gnu/libbpf.so.1 | sed s/.*libbpf.so.//"));
        facts.put("jdk", Runtime.version().toString());
        facts.put("nftables", firstLine("nft --version"));
        facts.put("haproxy", firstLine("haproxy -v"));
        facts.put("nginx", firstLine("nginx -v 2>&1"));
        facts.put("wrk", firstLine("command -v wrk >/dev/null && { wrk -v 2>&1 || true; }"));
        facts.put("load", load());
        return facts;
    }

    private static String firstLine(String line) {
        try {
            return Run.shell(line).lines().findFirst().orElse("").strip();
        } catch (IllegalStateException absent) {
            return "not there";
        }
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).strip();
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
