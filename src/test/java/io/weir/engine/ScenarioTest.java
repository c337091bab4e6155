package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Event.Command;
import io.weir.engine.RefusedException.Reason;
import io.weir.model.CircuitBreaker;
import io.weir.model.ControlPlane;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.policy.HealthTrack;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transcripts under {@code scenarios/}: lines that begin with {@code >} happen, those below each are all writes that
 * follow, in their order; {@code !} is what the caller is told.
 */
class ScenarioTest {

    static Stream<Path> scenarios() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(ScenarioTest.class.getResource("/scenarios"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void the_transcript_is_what_happens(Path file) throws IOException {
        Run run = new Run();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("#") || line.isBlank()) {
                run.transcript.append(line).append('\n');
            } else if (line.startsWith("> ")) {
                run.transcript.append(line).append('\n');
                run.happen(line.substring(2));
            }
        }

        assertThat(run.transcript.toString()).isEqualTo(Files.readString(file));
    }

    private static final class Run {
        private final StringBuilder transcript = new StringBuilder();
        private final Rig rig = new Rig();
        private Settings settings = Settings.DEFAULT;

        void happen(String line) {
            String verb = line.contains(" ") ? line.substring(0, line.indexOf(' ')) : line;
            String rest = line.substring(Math.min(line.length(), verb.length() + 1));
            switch (verb) {
                case "links" -> rig.links(rest);
                case "paths" -> rig.tell(new Event.PathsChanged(paths(rest)));
                case "names" -> rig.tell(new Event.NamesResolved(names(rest)));
                case "settings" -> settings = settings(rest);
                case "apply" -> told(rest.isBlank() ? rig.apply(settings) : rig.apply(settings, rest.split(" & ")));
                case "add" -> command(new Event.AddProxy(ProxyText.proxy(rest)));
                case "remove" -> command(new Event.RemoveProxy(rest));
                case "route" -> command(new Event.AddRoute(first(rest), ProxyText.route(after(rest))));
                case "unroute" -> command(new Event.RemoveRoute(first(rest), ProxyText.source(after(rest))));
                case "targets" ->
                    command(new Event.ReplaceTargets(
                            first(rest), Optional.empty(), ProxyText.group(after(after(rest)))));
                case "attach" -> command(new Event.AttachInterfaces(List.of(rest.split(" "))));
                case "detach" -> command(new Event.DetachInterfaces(List.of(rest.split(" "))));
                case "wait" -> rig.pass(Long.parseLong(rest.replace(" s", "")) * 1000);
                case "check" -> rig.tell(new Event.HealthChanged(Map.of(target(rest), Optional.of(checked(rest)))));
                case "unchecked" -> rig.tell(new Event.HealthChanged(Map.of(target(rest), Optional.empty())));
                case "failures" ->
                    rig.tell(new Event.ChecksFailed(Map.of(target(rest), Long.valueOf(after(after(rest))))));
                case "force" ->
                    command(new Event.ForceHealth(
                            target(rest).proxy(), target(rest).endpoint(), forced(after(after(rest)))));
                case "drain" ->
                    command(new Event.StartDrain(proxy(rest), target(rest).endpoint(), timeout(rest)));
                case "undrain" ->
                    command(new Event.Undrain(proxy(rest), target(rest).endpoint()));
                case "circuit" ->
                    command(new Event.ForceCircuit(
                            proxy(rest),
                            target(rest).endpoint(),
                            Event.CircuitAction.valueOf(after(after(rest)).toUpperCase(Locale.ROOT))));
                case "limit" -> command(new Event.LimitRates(limits(rest)));
                case "unlimit" -> command(new Event.ClearRateLimits());
                case "rebalance" -> command(new Event.Rebalance());
                case "tally" -> tally(rest);
                case "flows-of" -> {
                    String[] words = rest.split(" ");
                    rig.flowsByProxy.put(words[0] + " to " + words[1], Long.valueOf(words[2]));
                }
                case "flows" -> rig.flows.put(Integer.valueOf(first(rest)), Long.valueOf(after(rest)));
                case "refuse" ->
                    rig.dataplane.refuses = write -> WriteText.of(write).startsWith(rest) && !rest.isBlank();
                case "empty" -> rig.dataplane.emptyGroups = true; // a group may come to have no target
                case "restart" -> rig.restart();
                case "hooks" ->
                    rig.engine
                            .snapshot()
                            .hooks()
                            .forEach(hook -> say(hook.interfaceName() + " "
                                    + hook.purposes() + " "
                                    + hook.attached().map(Object::toString).orElse("-") + ": "
                                    + hook.why()));
                case "status" -> status();
                default -> throw new IllegalArgumentException("no such line: " + line);
            }
            rig.dataplane.takeWrites().forEach(write -> say(WriteText.of(write)));
        }

        private void status() {
            Snapshot snapshot = rig.engine.snapshot();
            say(snapshot.synchronised() ? "synchronised" : "not synchronised");
            snapshot.lastError().ifPresent(error -> say("last error: " + error));
            snapshot.proxies()
                    .forEach(proxy -> proxy.targets()
                            .forEach(target -> say(proxy.proxy().name() + " "
                                    + target.endpoint().map(Object::toString).orElse("?") + " weight " + target.weight()
                                    + " "
                                    + target.reason().text())));
            Conditions conditions = snapshot.conditions();
            conditions.drains().keySet().stream()
                    .sorted()
                    .map(target -> conditions.drain(target).orElseThrow())
                    .forEach(drain -> say("drain of " + drain.target() + ": " + drain.state() + ", " + drain.current()
                            + " of " + drain.initial() + " connections left"));
            conditions.circuits().keySet().stream()
                    .sorted()
                    .forEach(target -> say("circuit of " + target + ": "
                            + conditions.circuit(target).state() + " "
                            + conditions.circuit(target).why()));
        }

        /** {@code 1 active 5 syns 9 handshakes 7 resets 1 timeouts 0 early 0} */
        private void tally(String text) {
            Map<String, Long> counts = new HashMap<>();
            String[] words = text.split(" ");
            for (int i = 1; i < words.length; i += 2) {
                counts.put(words[i], Long.valueOf(words[i + 1]));
            }
            rig.tallies.put(
                    Integer.valueOf(words[0]),
                    new Tally(
                            counts.getOrDefault("active", 0L),
                            counts.getOrDefault("syns", 0L),
                            counts.getOrDefault("handshakes", 0L),
                            counts.getOrDefault("resets", 0L),
                            counts.getOrDefault("timeouts", 0L),
                            counts.getOrDefault("early", 0L)));
        }

        /** {@code source 10 20}: so many a second, so many at once. */
        private static RateLimits limits(String text) {
            String[] words = text.split(" ");
            Rate rate = new Rate(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            return words[0].equals("source") ? RateLimits.ofSources(rate) : RateLimits.ofTargets(rate);
        }

        /** {@code web 10.0.0.1:8080 …}; {@code *} instead of the proxy: all of them. */
        private static ProxyTarget target(String text) {
            String[] words = text.split(" ");
            return new ProxyTarget(words[0], Endpoint.parse(words[1]));
        }

        private static Optional<String> proxy(String text) {
            return Optional.of(first(text)).filter(name -> !name.equals("*"));
        }

        private static Optional<Duration> timeout(String text) {
            String[] words = text.split(" ");
            return words.length < 3 ? Optional.empty() : Optional.of(Duration.ofSeconds(Long.parseLong(words[2])));
        }

        private static Event.HealthChanged.Checked checked(String text) {
            String[] words = text.split(" ", 4);
            return new Event.HealthChanged.Checked(
                    HealthTrack.Status.valueOf(words[2].toUpperCase(Locale.ROOT)), words.length < 4 ? "" : words[3]);
        }

        private static Optional<Boolean> forced(String text) {
            return switch (text) {
                case "healthy" -> Optional.of(true);
                case "down" -> Optional.of(false);
                default -> Optional.empty();
            };
        }

        private void command(Command command) {
            told(rig.submit(command));
        }

        private void told(CompletableFuture<Snapshot> answer) {
            if (!answer.isDone()) {
                say("! waits");
            } else if (answer.isCompletedExceptionally()) {
                Throwable error = answer.exceptionNow();
                Optional<Reason> reason =
                        error instanceof RefusedException refused ? Optional.of(refused.reason()) : Optional.empty();
                say("! " + reason.map(Object::toString).orElse("DATA PATH") + ": " + error.getMessage());
            }
        }

        private void say(String text) {
            transcript.append("  ").append(text).append('\n');
        }

        private static Settings settings(String text) {
            Settings settings = Settings.DEFAULT;
            for (String word : text.split(" ")) {
                settings = switch (word) {
                    case "tc" -> settings.withXdpMode(Settings.XdpMode.TC);
                    case "stats" -> settings.withStatsEnabled(true);
                    case "breakers" -> settings.withControl(breakers(settings.control()));
                    case "least-connections" -> settings.withControl(leastConnections(settings.control()));
                    default -> settings.withReplyInterfaces(Optional.of(List.of(word.split(","))));
                };
            }
            return settings;
        }

        private static ControlPlane breakers(ControlPlane control) {
            CircuitBreaker usual = CircuitBreaker.DEFAULT;
            return new ControlPlane(
                    control.health(),
                    control.drains(),
                    control.loadBalancing(),
                    control.rateLimits(),
                    control.metrics(),
                    control.adminApi(),
                    control.accessLog(),
                    control.dnsCache(),
                    Optional.of(new CircuitBreaker(
                            true,
                            usual.errorThreshold(),
                            usual.errorRateThreshold(),
                            usual.halfOpenRequests(),
                            usual.resetTimeout(),
                            usual.minRequests(),
                            usual.window())),
                    control.cluster(),
                    control.vrrpNotifyFifo());
        }

        private static ControlPlane leastConnections(ControlPlane control) {
            return new ControlPlane(
                    control.health(),
                    control.drains(),
                    new ControlPlane.LoadBalancing(
                            ControlPlane.Algorithm.LEAST_CONNECTIONS, true, Duration.ofSeconds(1)),
                    control.rateLimits(),
                    control.metrics(),
                    control.adminApi(),
                    control.accessLog(),
                    control.dnsCache(),
                    control.circuitBreaker(),
                    control.cluster(),
                    control.vrrpNotifyFifo());
        }

        private static Map<Endpoint, String> paths(String text) {
            Map<Endpoint, String> paths = new HashMap<>();
            Arrays.stream(text.split(" "))
                    .filter(word -> !word.isBlank())
                    .map(word -> word.split("="))
                    .forEach(sides -> paths.put(Endpoint.parse(sides[0]), sides[1]));
            return paths;
        }

        private static Map<String, List<IpAddress>> names(String text) {
            Map<String, List<IpAddress>> names = new HashMap<>();
            Arrays.stream(text.split(" "))
                    .map(word -> word.split("="))
                    .forEach(sides -> names.put(
                            sides[0],
                            Arrays.stream(sides[1].split(","))
                                    .map(IpAddress::parse)
                                    .toList()));
            return names;
        }

        private static String first(String text) {
            return text.substring(0, text.indexOf(' '));
        }

        private static String after(String text) {
            return text.substring(text.indexOf(' ') + 1);
        }
    }
}
