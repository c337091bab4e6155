package io.weir.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.FileCodec;
import io.weir.api.Operations;
import io.weir.api.Probes;
import io.weir.config.ConfigException;
import io.weir.config.ConfigFile;
import io.weir.config.ConfigParts;
import io.weir.engine.Dataplane;
import io.weir.engine.DataplaneException;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Image;
import io.weir.engine.Tallies;
import io.weir.engine.Write;
import io.weir.model.AdminApi;
import io.weir.model.Change;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Feed;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.model.Subscription;
import io.weir.policy.VipRole;
import io.weir.probe.CheckResult;
import io.weir.probe.NameStatus;
import io.weir.stats.Connections;
import io.weir.stats.FlowEvent;
import io.weir.stats.Latencies.TargetLatencies;
import io.weir.stats.Names;
import io.weir.stats.TrackedFlows;
import io.weir.testing.CannedCluster;
import io.weir.testing.Counted;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** The API over a running engine and a data path that only remembers, on a port of its own. */
public final class Rig implements AutoCloseable {

    public static final String WEB = """
            {:proxies [{:name "web"
                        :listen {:interfaces ["eth0"] :address "192.0.2.80" :port 80}
                        :default-target [{:ip "10.0.0.1" :port 8080 :weight 70} {:ip "10.0.0.2" :port 8080 :weight 30}]
                        :source-routes [{:source "192.168.0.0/16" :target {:ip "10.0.0.3" :port 8080}}]}]}
            """;

    public static final AdminApi OPEN = settings(Optional.empty());

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public final Memory dataplane = new Memory();
    public final Flows flows = new Flows();
    public final Counted counted = new Counted();
    final Map<Endpoint, TargetLatencies> latencies = new ConcurrentHashMap<>();
    final Feed<FlowEvent> events = new Feed<>();
    /** Lookups of host names that end. */
    final Feed<NameStatus> lookups = new Feed<>();
    /** Connections that the data path counts on each target. */
    public final AtomicLong active = new AtomicLong();

    /** What the node says of its peers. */
    public final CannedCluster cluster = new CannedCluster();

    final Engine engine = new Engine(dataplane, index -> active.get(), Tallies.NONE).start();

    /** Targets that other nodes check. */
    public final Map<ProxyTarget, Set<NodeId>> elsewhere = new ConcurrentHashMap<>();

    public final Operations operations = Operations.over(engine, new Canned(lookups, elsewhere));
    public final AdminServer admin;
    private final HttpClient client = HttpClient.newHttpClient();

    public Rig() {
        this(OPEN);
    }

    public Rig(AdminApi settings) {
        this(settings, WEB);
    }

    /** @param config as in a file */
    Rig(AdminApi settings, String config) {
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2), "eth1", new Event.Link(3))));
        operations.apply(ConfigFile.parse(config, "web.edn"));
        admin = AdminServer.start(settings, node());
    }

    /** Drains wait for what these nodes have to tell of their connections. */
    public void waitFor(NodeId... peers) {
        engine.tell(new Event.PeerNews(
                new NodeId("lb-1"), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Optional.of(Set.of(peers))));
    }

    Node node() {
        return new Node(
                operations,
                cluster,
                new FileCodec(),
                engine::now,
                engine::subscribe,
                new Connections(flows, names()),
                counted,
                () -> latencies,
                events::subscribe,
                Optional.of(new Reloading()),
                () -> Map.of("clients", new VipRole.Master(0)),
                "1.2.3");
    }

    /** Finds one value of the file changed, and takes what is sent. */
    private final class Reloading implements Node.Reload {

        @Override
        public Node.Outcome file(boolean dry) {
            return new Node.Outcome(
                    "1 change", List.of(new Change("settings.on-stop", Optional.of(":keep"), Optional.empty(), true)));
        }

        @Override
        public Node.Outcome sent(Object tree, boolean dry) {
            try {
                Desired desired = ConfigParts.file(tree).runnable();
                if (!dry) {
                    operations.replace(desired);
                }
                return new Node.Outcome("nothing has changed", List.of());
            } catch (ConfigException refused) {
                throw FileCodec.refusal(refused);
            }
        }
    }

    /** Finds every target of the proxy "web" well, and knows one name. */
    private record Canned(Feed<NameStatus> lookups, Map<ProxyTarget, Set<NodeId>> elsewhere) implements Probes {
        private static final NameStatus NAME = new NameStatus(
                "app.example",
                List.of(IpAddress.parse("10.0.0.1")),
                Optional.of(Instant.EPOCH),
                1,
                Optional.of("timeout"));

        @Override
        public List<IpAddress> resolve(String host) {
            return List.of();
        }

        @Override
        public Set<NodeId> checkedBy(ProxyTarget target) {
            return elsewhere.getOrDefault(target, Set.of());
        }

        @Override
        public Optional<CompletionStage<CheckResult>> checkNow(ProxyTarget target) {
            return Optional.of(
                    CompletableFuture.completedStage(new CheckResult.Passed(Duration.ofMillis(3), "connected")));
        }

        @Override
        public Collection<NameStatus> names() {
            return List.of(NAME);
        }

        @Override
        public Optional<CompletionStage<NameStatus>> resolveNow(String host) {
            return Optional.of(CompletableFuture.completedStage(NAME));
        }

        @Override
        public Subscription<NameStatus> subscribe(int capacity) {
            return lookups.subscribe(capacity);
        }
    }

    private static Names names() {
        return new Names() {
            @Override
            public Optional<String> proxy(int number) {
                return Optional.of("web");
            }

            @Override
            public Optional<Endpoint> target(int index) {
                return Optional.of(Endpoint.parse("10.0.0." + index + ":8080"));
            }
        };
    }

    /** Connections of clients 198.51.100.1 and on, to the targets by turns. */
    public static final class Flows implements TrackedFlows {
        final List<TrackedFlow> table = new CopyOnWriteArrayList<>();

        public void add(int clients) {
            for (int i = 1; i <= clients; i++) {
                Flow flow = new Flow(
                        new Flow.Peer(IpAddress.parse("198.51." + (100 + i / 256) + "." + i % 256), 40_000),
                        new Flow.Peer(IpAddress.parse("192.0.2.80"), 80),
                        new Flow.Peer(IpAddress.parse("10.0.0." + (1 + i % 2)), 8080),
                        Protocol.TCP,
                        Flow.State.ESTABLISHED,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Optional.of(new Flow.Totals(1, 100, 2, 200)));
                table.add(new TrackedFlow(flow, 1, 1 + i % 2));
            }
        }

        @Override
        public void walk(Predicate<TrackedFlow> visitor) {
            table.stream().allMatch(visitor);
        }

        @Override
        public void end(List<Flow> flows) {
            table.removeIf(tracked -> flows.contains(tracked.flow()));
        }
    }

    RouteTable table() {
        return AdminServer.tableOf(node(), new EventStreams(node()));
    }

    public static AdminApi settings(Optional<String> key) {
        return new AdminApi(
                true,
                IpAddress.parse("127.0.0.1"),
                0,
                key,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Takes everything, unless it is told to refuse. */
    public static final class Memory implements Dataplane {
        public volatile boolean refuses;
        volatile int writes;

        @Override
        public Image read() {
            return Image.empty(new Image.Parameters(Settings.Timeouts.DEFAULT, false, false, -1));
        }

        @Override
        public void apply(Write write) {
            if (refuses) {
                throw new DataplaneException("no memory", 12);
            }
            writes++;
        }

        @Override
        public Map<String, Attachment> attachments() {
            return Map.of("eth0", new Attachment(Settings.XdpMode.NATIVE, "the driver has it"));
        }

        @Override
        public void close() {}
    }

    HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, Optional.empty(), headers);
    }

    HttpResponse<String> delete(String path) {
        return send("DELETE", path, Optional.empty());
    }

    HttpResponse<String> post(String path, String json, String... headers) {
        return send("POST", path, Optional.of(json), headers);
    }

    HttpResponse<String> put(String path, String json) {
        return send("PUT", path, Optional.of(json));
    }

    HttpResponse<String> send(String method, String path, Optional<String> json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + path))
                .method(method, json.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
        json.ifPresent(body -> request.header("Content-Type", "application/json"));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + response.body(), e);
        }
    }

    @Override
    public void close() {
        client.close();
        admin.close();
        operations.close();
    }
}
