package io.weir.bench;

import io.weir.libbpf.BpfMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says it holds, in megabytes. */
final class KernelMemory {

    private static final double KILOBYTES = 1 << 10;

    private KernelMemory() {}

    /** Of one map. */
    static double of(BpfMap map) throws IOException {
        return number(Path.of("/proc/self/fdinfo", Integer.toString(map.descriptor())), "memlock:") / (1 << 20);
    }

    /** In slabs, which maps that grow as they fill are made of; of everybody on this machine. */
    static double slabs() throws IOException {
        return number(Path.of("/proc/meminfo"), "SUnreclaim:") / KILOBYTES;
    }

    private static double number(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length()).replace("kB", "").strip()))
                .sum();
    }
}
