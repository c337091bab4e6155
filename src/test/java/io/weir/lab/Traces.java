package io.weir.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a data path leaves in a kernel, as bpftool, tc, ip and sysctl see it. */
final class Traces {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Traces() {}

    /**
     * The kernel's numbers of what belongs to the pins: maps, links and every program that uses one of the maps.
     *
     * @param maps numbers
     * @param programs numbers
     * @param links numbers
     */
    record Numbers(Set<Integer> maps, Set<Integer> programs, Set<Integer> links) {

        /** Those of them that are still there. The kernel lets go a little later than it says. */
        Numbers remaining() {
            return new Numbers(present("map", maps), present("prog", programs), present("link", links));
        }

        boolean isEmpty() {
            return maps.isEmpty() && programs.isEmpty() && links.isEmpty();
        }

        private static Set<Integer> present(String kind, Set<Integer> wanted) {
            Set<Integer> present = new TreeSet<>();
            bpftool(kind, "show").forEach(each -> present.add(each.path("id").asInt()));
            present.retainAll(wanted);
            return present;
        }
    }

    static Numbers under(Path pins) {
        Set<Integer> maps = new HashSet<>();
        Set<Integer> links = new HashSet<>();
        Set<Integer> programs = new HashSet<>();
        for (Path pin : files(pins)) {
            if (pin.getParent().endsWith("links")) {
                JsonNode link = bpftool("link", "show", "pinned", pin.toString());
                link = link.isArray() ? link.path(0) : link;
                links.add(link.path("id").asInt());
                programs.add(link.path("prog_id").asInt());
            } else {
                maps.add(bpftool("map", "show", "pinned", pin.toString())
                        .path("id")
                        .asInt());
            }
        }
        bpftool("prog", "show")
                .forEach(program -> program.path("map_ids").forEach(map -> {
                    if (maps.contains(map.asInt())) {
                        programs.add(program.path("id").asInt());
                    }
                }));
        return new Numbers(maps, programs, links);
    }

    /** Hooks, qdiscs and settings of a host, one a line. */
    static List<String> of(Host host) {
        // What counts or times something differs without anybody's doing.
        return host.run("""
                        bpftool net show
                        tc qdisc show
                        for device in $(ls /proc/sys/net/ipv4/conf); do
                          [ -d /proc/sys/net/ipv4/conf/$device ] || continue
                          tc filter show dev $device ingress 2>/dev/null || true
                          tc filter show dev $device egress 2>/dev/null || true
                        done
                        sysctl -a --pattern '^net\\.(core|ipv4|ipv6)\\.' 2>/dev/null | sort
                        """)
                .lines()
                .filter(line -> !line.matches("net\\.(ipv4|ipv6)\\.(fib_sync_mem|route\\.|tcp_mem|udp_mem).*"))
                .toList();
    }

    private static JsonNode bpftool(String... words) {
        try {
            return JSON.readTree(Run.command(
                    Stream.concat(Stream.of("bpftool", "-j"), Stream.of(words)).toArray(String[]::new)));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<Path> files(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> !Files.isDirectory(path)).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
