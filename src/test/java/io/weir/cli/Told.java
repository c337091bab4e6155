package io.weir.cli;

import io.weir.config.Changes;
import io.weir.config.ConfigParts;
import io.weir.model.Change;
import io.weir.model.Desired;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Answers with fixed views and remembers what it was told. */
final class Told implements Appliance {
    static final List<Change> CHANGES = List.of(
            new Change("settings.udp-timeout-sec", Optional.of("60"), Optional.of("30"), false),
            new Change("settings.max-connections", Optional.of("10"), Optional.of("20"), true));

    final Map<String, String> environment = new HashMap<>();
    final Map<String, Desired> files = new HashMap<>();
    Optional<Flow.Totals> totals = Optional.empty();
    Optional<String> elsewhere = Optional.empty();
    long lostFlows;

    List<String> lacking = List.of();
    Desired started;
    Path detached;
    boolean forced;

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    @Override
    public Configuration load(Path file) {
        Desired desired = new Desired(List.of(), Settings.DEFAULT);
        return switch (file.toString()) {
            case "refused.edn" -> new Configuration(desired, List.of("refused.edn:3: settings.metrics: not yet"));
            case "wrong.edn" -> throw new CommandFailure(ExitCode.USAGE, List.of("wrong.edn:1: wrong"));
            default -> new Configuration(files.getOrDefault(file.toString(), desired), List.of());
        };
    }

    @Override
    public List<String> lacking(Desired desired) {
        return lacking;
    }

    @Override
    public Desired fromFlags(List<String> interfaces, int port, String target) {
        return new Desired(List.of(), Settings.DEFAULT);
    }

    @Override
    public RunningNode start(RunRequest request) {
        started = request.desired();
        throw new CommandFailure(ExitCode.FAILED, "started");
    }

    @Override
    public List<Change> reload(Path pinPath) {
        if (pinPath.equals(Path.of("/none"))) {
            throw new CommandFailure(ExitCode.UNREACHABLE, "no weir runs on /none");
        }
        return CHANGES;
    }

    @Override
    public List<Change> difference(Map<?, ?> running, Desired wanted) {
        return Changes.between(ConfigParts.file(running).desired(), wanted);
    }

    @Override
    public List<Change> difference(Path pinPath, Desired wanted) {
        return CHANGES;
    }

    @Override
    public List<String> detach(Path pinPath, boolean force) {
        if (pinPath.equals(Path.of("/broken"))) {
            throw new IllegalStateException("broken");
        }
        detached = pinPath;
        forced = force;
        return List.of("removed 3 pins");
    }

    @Override
    public StatusView status(Path pinPath) {
        if (pinPath.equals(Path.of("/none"))) {
            throw new CommandFailure(ExitCode.UNREACHABLE, "nothing is pinned under /none");
        }
        return new StatusView(
                elsewhere.isPresent() ? List.of() : List.of(new StatusView.InterfaceView("eth0", "tc")),
                elsewhere,
                List.of(new StatusView.ListenerView("192.0.2.80:80", "tcp", Map.of("10.0.0.1:80", 100.0))),
                List.of(new StatusView.TargetView("10.0.0.1:80", 20, new StatusView.VolumeView(1, 3, 300, 4, 4000))),
                List.of(new StatusView.VerdictView("passed", "not_service", 7)),
                lostFlows);
    }

    @Override
    public List<Flow> connections(Path pinPath, Predicate<Flow> wanted, int limit) {
        Flow flow = new Flow(
                new Flow.Peer(IpAddress.parse("192.0.2.1"), 4000),
                new Flow.Peer(IpAddress.parse("192.0.2.80"), 80),
                new Flow.Peer(IpAddress.parse("10.0.0.1"), 80),
                Protocol.TCP,
                Flow.State.ESTABLISHED,
                Duration.ZERO,
                Duration.ofSeconds(9),
                totals);
        return Stream.of(flow).filter(wanted).toList();
    }
}
