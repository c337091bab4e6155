package io.weir.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.api.Stats.ConnectionStats;
import io.weir.api.Stats.TargetTraffic;
import io.weir.config.ConfigFile;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Tallies;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.model.Subscription;
import io.weir.stats.ConnectionFilter;
import io.weir.stats.Connections.Page;
import io.weir.stats.DataPathCounts.Table;
import io.weir.stats.DataPathCounts.Verdict;
import io.weir.stats.EventSource;
import io.weir.stats.FlowEvent;
import io.weir.stats.FlowStatistics;
import io.weir.stats.Names;
import io.weir.stats.RawEvent;
import io.weir.stats.TrackedFlows;
import io.weir.testing.Counted;
import io.weir.testing.MemoryDataplane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections and their statistics, over a flow table and events made up here. */
class ConnectionsTest {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Flow.Peer VIP = new Flow.Peer(IpAddress.parse("192.0.2.80"), 80);
    private static final Endpoint TARGET = Endpoint.of("10.0.0.1", 8080);
    private static final ConnectionFilter WEB = new ConnectionFilter(
            Optional.of("web"), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final Names NAMES = new Names() {
        @Override
        public Optional<String> proxy(int number) {
            return Optional.of(number == 1 ? "web" : "other");
        }

        @Override
        public Optional<Endpoint> target(int index) {
            return Optional.of(TARGET);
        }
    };

    private final List<TrackedFlows.TrackedFlow> table = new ArrayList<>();

    private final TrackedFlows flows = new TrackedFlows() {
        @Override
        public void walk(Predicate<TrackedFlow> visitor) {
            List.copyOf(table).stream().allMatch(visitor);
        }

        @Override
        public void end(List<Flow> ended) {
            table.removeIf(tracked -> ended.contains(tracked.flow()));
        }
    };

    private final Queue<RawEvent> ring = new ConcurrentLinkedQueue<>();

    private final EventSource source = new EventSource() {
        @Override
        public int read(Consumer<RawEvent> consumer, int limit) {
            RawEvent event = ring.poll();
            if (event != null) {
                consumer.accept(event);
            }
            return event == null ? 0 : 1;
        }

        @Override
        public long lost() {
            return 5;
        }

        @Override
        public void close() {}
    };

    private final io.weir.stats.Connections walks = new io.weir.stats.Connections(flows, NAMES);
    private final FlowStatistics statistics = new FlowStatistics(source, NAMES);
    private final Counted counted = new Counted();
    private final Engine engine = new Engine(new MemoryDataplane(), index -> 0, Tallies.NONE).start();
    private final Operations operations = Operations.over(engine, name -> List.of());
    private final Connections connections = Connections.over(walks);
    private final Stats stats = Stats.over(operations, statistics, walks, counted);

    @AfterEach
    void stop() {
        operations.close();
        statistics.close();
    }

    private static Flow.Peer client(int port) {
        return new Flow.Peer(IpAddress.parse("198.51.100.1"), port);
    }

    private void track(int port, int proxy) {
        Flow flow = new Flow(
                client(port),
                VIP,
                new Flow.Peer(IpAddress.parse("10.0.0.1"), 8080),
                Protocol.TCP,
                Flow.State.ESTABLISHED,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Optional.of(new Flow.Totals(1, 10, 2, 200)));
        table.add(new TrackedFlows.TrackedFlow(flow, proxy, 1));
    }

    @Test
    void connections_are_counted_listed_by_pages_and_ended() {
        track(1, 1);
        track(2, 2);
        track(3, 1);
        assertThat(connections.count()).isEqualTo(3);
        assertThat(connections.count(WEB)).isEqualTo(2);
        Page first = connections.list(ConnectionFilter.ALL, 2);
        Page second = connections.list(ConnectionFilter.ALL, first.next(), 2);
        assertThat(first.connections())
                .extracting(entry -> entry.flow().client().port())
                .containsExactly(1, 2);
        assertThat(second.connections())
                .extracting(entry -> entry.flow().client().port())
                .containsExactly(3);
        assertThat(second.next()).isEmpty();
        assertThatThrownBy(() -> connections.list(WEB, 0)).hasMessageContaining("1 or more");
        assertThat(connections.end(WEB)).isEqualTo(2);
        assertThat(connections.count()).isEqualTo(1);
    }

    @Test
    void totals_are_those_of_all_connections_each_way() {
        track(1, 1);
        track(2, 2);
        assertThat(stats.connections()).isEqualTo(new ConnectionStats(2, 2, 20, 4, 400));
    }

    @Test
    void traffic_verdicts_and_tables_are_those_of_the_data_path() {
        counted.put(1, 3, 10);
        counted.connect(1, 1, 8, 3);
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
        operations.apply(ConfigFile.parse(
                "{:proxies [{:name \"web\" :listen {:interfaces [\"eth0\"] :port 80}"
                        + " :default-target {:ip \"10.0.0.1\" :port 8080}}]}",
                "test"));
        TargetTraffic traffic = stats.traffic();
        assertThat(traffic.targets().get(TARGET).forward().packets()).isEqualTo(10);
        assertThat(traffic.sum().active()).isEqualTo(3);
        assertThat(traffic.opened()).containsExactly(Map.entry(new ProxyTarget("web", TARGET), 8L));
        assertThat(stats.verdicts()).contains(new Verdict("dropped", "no_target", 7));
        assertThat(stats.tables()).containsEntry("flows", new Table(4, 200));
        assertThat(stats.lostEvents()).isEqualTo(3);
    }

    @Test
    void events_reach_a_subscriber_and_the_latencies_of_targets() throws Exception {
        try (Subscription<FlowEvent> events = stats.subscribe(10)) {
            ring.add(new RawEvent(
                    System.nanoTime(),
                    Protocol.TCP,
                    client(7),
                    VIP,
                    1,
                    1,
                    new RawEvent.Opening(Optional.of(Duration.ofMillis(3)))));
            FlowEvent event = events.next(DEADLINE).orElseThrow();
            assertThat(event.connection().client()).isEqualTo(client(7));
            assertThat(event.connection().proxy()).contains("web");
        }
        assertThat(stats.latencies().get(TARGET).handshake().sum()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void statistics_are_switched_on_and_off() {
        engine.tell(new Event.LinksChanged(Map.of())); // before it, nothing is applied
        operations.apply(new Desired(List.of(), Settings.DEFAULT));
        stats.enable(true);
        assertThat(operations.status().settings().map(Settings::statsEnabled)).contains(true);
        stats.enable(false);
        assertThat(operations.status().settings().map(Settings::statsEnabled)).contains(false);
    }
}
