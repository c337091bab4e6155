package io.weir.bench;

import io.weir.testing.Daemon;
import io.weir.testing.Leftovers;
import io.weir.testing.Namespaces;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Health checks of 2,000 targets a second by a process on one core, which has the program's own JVM options. */
final class Probes implements Part {

    private static final int TARGETS = 2_000;
    private static final String WEIR = "weir";

    private static final String NGINX = """
            daemon off;
            user root;
            worker_processes 1;
            pid %1$s/nginx.pid;
            error_log %1$s/nginx.error crit;
            events { worker_connections 8192; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              server {
                listen 8080 backlog=4096;
                location /name { return 200 name; }
              }
            }
            """;

    @Override
    public String name() {
        return "probe";
    }

    @Override
    public String method() {
        return "2,000 targets checked once a second by one process on one core (-Xmx128m, first compiler only), against nginx on"
                + " the other. Lag: how much later than a second after the last one a result comes, by the target's earliest."
                + " CPU: of the process, in cores; memory: resident.";
    }

    @Override
    public List<String> commands() {
        return List.of("nginx", "taskset");
    }

    @Override
    public void run(Effort effort, Consumer<Row> rows) throws Exception {
        Path files = Files.createTempDirectory(Leftovers.ownName(Bench.NAME) + "-probe");
        Path file = files.resolve("nginx.conf");
        Files.writeString(file, NGINX.formatted(files));
        try (Namespaces namespaces = new Namespaces(Bench.NAME)) {
            Path node = namespaces.make("node");
            List<String> server = List.of("taskset", "-c", "1", "nginx", "-p", files.toString(), "-c", file.toString());
            try (Daemon _ = Daemon.start(node, server)) {
                for (String type : List.of("TCP", "HTTP")) {
                    measure(node, type, 5 * effort.loadSeconds() + 5, rows);
                }
            }
        } finally {
            Http.delete(files);
        }
    }

    private static void measure(Path node, String type, int seconds, Consumer<Row> rows) {
        try (Daemon prober = Daemon.start(node, program(type, seconds))) {
            List<String> words = List.of(prober.await(said -> said.startsWith("measured ")).split(" "));
            String checks = type + " checks";
            double failures = Double.parseDouble(words.get(2));
            rows.accept(Row.of(checks, "in " + seconds + " s", WEIR, Double.parseDouble(words.get(1)))
                    .with(Goal.atLeast("made", Double.parseDouble(words.get(1)), 0.99 * TARGETS * seconds))
                    .with(Goal.atMost("failed", failures, 0)));
            rows.accept(Row.of(checks + ", lag p50", "ms", WEIR, Double.parseDouble(words.get(3))));
            double late = Double.parseDouble(words.get(4));
            rows.accept(Row.of(checks + ", lag p99", "ms", WEIR, late).with(Goal.atMost("lag p99", late, 50)));
            rows.accept(Row.of(checks + ", lag max", "ms", WEIR, Double.parseDouble(words.get(5))));
            rows.accept(Row.of(checks + ", CPU", "cores", WEIR, Double.parseDouble(words.get(6))));
            rows.accept(Row.of(checks + ", memory", "MB resident", WEIR, prober.residentMegabytes()));
        }
    }

    private static List<String> program(String type, int seconds) {
        List<String> words = new ArrayList<>(List.of("taskset", "-c", "0"));
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-Xss512k", "-XX:ReservedCodeCacheSize=48m"));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), ProbeLoad.class.getName()));
        words.addAll(List.of(type, "" + TARGETS, "" + seconds));
        return words;
    }
}
