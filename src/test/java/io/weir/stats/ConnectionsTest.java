package io.weir.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionsTest {

    private static final ConnectionFilter ALL = ConnectionFilter.ALL;

    private final List<TrackedFlows.TrackedFlow> table = new ArrayList<>();
    private final List<Flow> ended = new ArrayList<>();

    private final TrackedFlows flows = new TrackedFlows() {
        @Override
        public void walk(Predicate<TrackedFlow> visitor) {
            for (TrackedFlow flow : List.copyOf(table)) {
                if (!visitor.test(flow)) {
                    return;
                }
            }
        }

        @Override
        public void end(List<Flow> flows) {
            ended.addAll(flows);
        }
    };

    private final Names names = new Names() {
        @Override
        public Optional<String> proxy(int number) {
            return number == 0 ? Optional.empty() : Optional.of("proxy" + number);
        }

        @Override
        public Optional<Endpoint> target(int index) {
            return Optional.of(Endpoint.of("10.0.0." + index, 8080));
        }
    };

    private final Connections connections = new Connections(flows, names);

    private void track(String client, int port, Protocol protocol, Flow.State state, int proxy, int target) {
        table.add(new TrackedFlows.TrackedFlow(
                new Flow(
                        Events.peer(client, port),
                        Events.peer(client.contains(":") ? "2001:db8::80" : "192.0.2.80", 80),
                        Events.peer("10.0.0." + target, 8080),
                        protocol,
                        state,
                        Duration.ZERO,
                        Duration.ofSeconds(1),
                        Optional.of(new Flow.Totals(1, 10, 2, 200))),
                proxy,
                target));
    }

    private void trackSome() {
        track("192.0.2.9", 1, Protocol.TCP, Flow.State.ESTABLISHED, 1, 1);
        track("192.0.2.9", 2, Protocol.UDP, Flow.State.ESTABLISHED, 1, 2);
        track("198.51.100.1", 3, Protocol.TCP, Flow.State.CLOSING, 2, 1);
        track("2001:db8::9", 0, Protocol.UDP, Flow.State.ESTABLISHED, 0, 3);
    }

    private List<Integer> ports(ConnectionFilter filter) {
        return connections.page(filter, Optional.empty(), 100).connections().stream()
                .map(entry -> entry.flow().client().port())
                .toList();
    }

    @Test
    void a_filter_keeps_what_agrees_with_everything_it_says() {
        trackSome();
        Optional<String> any = Optional.empty();
        Optional<Cidr> anywhere = Optional.empty();
        assertThat(ports(ALL)).containsExactly(1, 2, 3, 0);
        assertThat(ports(new ConnectionFilter(
                        Optional.of("proxy1"), Optional.empty(), anywhere, Optional.empty(), Optional.empty())))
                .containsExactly(1, 2);
        assertThat(ports(new ConnectionFilter(
                        any, Optional.of(Endpoint.of("10.0.0.1", 8080)), anywhere, Optional.empty(), Optional.empty())))
                .containsExactly(1, 3);
        assertThat(ports(new ConnectionFilter(
                        any,
                        Optional.empty(),
                        Optional.of(Cidr.parse("192.0.2.0/24")),
                        Optional.of(Protocol.UDP),
                        Optional.empty())))
                .containsExactly(2);
        assertThat(ports(new ConnectionFilter(
                        any, Optional.empty(), anywhere, Optional.empty(), Optional.of(Flow.State.CLOSING))))
                .containsExactly(3);
    }

    @Test
    void pages_hold_every_connection_that_stays_once_whatever_comes_and_goes_between_them() {
        for (int port = 1; port <= 100; port++) {
            track("192.0.2.9", port, Protocol.TCP, Flow.State.ESTABLISHED, 1, 1);
        }
        Random random = new Random(7);
        List<Integer> seen = new ArrayList<>();
        Optional<Cursor> next = Optional.empty();
        do {
            Collections.shuffle(table, random);
            Connections.Page page = connections.page(ALL, next, 7);
            assertThat(page.connections()).hasSizeLessThanOrEqualTo(7);
            page.connections().forEach(entry -> seen.add(entry.flow().client().port()));
            table.removeIf(flow -> flow.flow().client().port() % 10 == 0
                    && flow.flow().client().port() <= seen.getLast());
            track("192.0.2.1", 1000 + seen.size(), Protocol.TCP, Flow.State.ESTABLISHED, 1, 1);
            next = page.next().map(Cursor::toString).map(Cursor::parse);
        } while (next.isPresent());
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void totals_add_up_what_the_filter_keeps() {
        trackSome();
        assertThat(connections.totals(ALL))
                .isEqualTo(new Connections.Totals(
                        4, Map.of(Flow.State.ESTABLISHED, 3L, Flow.State.CLOSING, 1L), new Flow.Totals(4, 40, 8, 800)));
    }

    @Test
    void what_the_filter_keeps_is_ended() {
        for (int port = 1; port <= 3000; port++) {
            track("192.0.2.9", port, port % 2 == 0 ? Protocol.TCP : Protocol.UDP, Flow.State.ESTABLISHED, 1, 1);
        }
        ConnectionFilter tcp = new ConnectionFilter(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(Protocol.TCP), Optional.empty());
        assertThat(connections.end(tcp)).isEqualTo(1500);
        assertThat(ended).hasSize(1500).allMatch(flow -> flow.protocol() == Protocol.TCP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.9:0,192.0.2.80:80,udp", "[2001:db8::9]:65535,[2001:db8::80]:80,tcp"})
    void a_place_is_written_and_read(String text) {
        assertThat(Cursor.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tcp", "a:1,b:2,tcp", "192.0.2.9:1,192.0.2.80:80,icmp", "192.0.2.9,192.0.2.80,tcp"})
    void a_place_that_is_none_is_refused(String text) {
        assertThatThrownBy(() -> Cursor.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no place in the list of connections");
    }
}
