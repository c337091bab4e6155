package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.engine.Event;
import io.weir.engine.Notice;
import io.weir.engine.Notice.MemberChange;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import io.weir.policy.VipRole;
import io.weir.probe.NameStatus;
import io.weir.stats.FlowEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** GET events over a socket, as a browser reads it. */
@Timeout(180) // ends a hang; how long it takes is the machine's
class EventsTest {

    private final Rig rig = new Rig();

    @AfterEach
    void stop() {
        rig.close();
    }

    private final class Reader implements AutoCloseable {
        final Socket socket;
        final BufferedReader lines;

        Reader(String query) throws IOException {
            URI url = URI.create(rig.admin.url());
            socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.connect(new java.net.InetSocketAddress(url.getHost(), url.getPort()));
            socket.getOutputStream()
                    .write(("GET /api/v1/events" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            until(": weir"); // from now on
        }

        String until(String start) throws IOException {
            String line = lines.readLine();
            while (line != null && !line.startsWith(start)) {
                line = lines.readLine();
            }
            if (line == null) {
                throw new AssertionError("the stream ended before '" + start + "'");
            }
            return line;
        }

        JsonNode event() throws IOException {
            return new ObjectMapper().readTree(until("data: ").substring(6));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void force(boolean healthy) {
        rig.engine
                .submit(new Event.ForceHealth("web", Endpoint.parse("10.0.0.1:8080"), Optional.of(healthy)))
                .join();
    }

    @Test
    void a_reader_hears_what_becomes_otherwise() throws IOException {
        try (Reader reader = new Reader("")) {
            force(false);

            JsonNode forced = reader.event();
            assertThat(forced.path("kind").asText()).isEqualTo("health");
            assertThat(forced.path("target-id").asText()).isEqualTo("10.0.0.1:8080");
            assertThat(forced.path("state").asText()).isEqualTo("unhealthy");
            assertThat(reader.event().path("type").asText()).isEqualTo("weights-updated");
            assertThat(Rig.json(rig.get("/api/v1/status")).at("/events/streams").asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void who_comes_later_is_told_what_happened_before_but_for_weights_the_newest_first() throws IOException {
        try (Reader reader = new Reader("?kinds=weights")) {
            force(false);
            force(true);
            reader.event(); // told after what they follow from
            reader.event();
        }
        JsonNode recent = Rig.json(rig.get("/api/v1/events/recent"));
        assertThat(recent.valueStream().map(event -> event.path("state").asText()))
                .containsExactly("healthy", "unhealthy");
    }

    @Test
    void vips_that_move_and_what_befalls_other_nodes_are_heard_and_remembered() throws IOException {
        try (Reader reader = new Reader("?kinds=vip,cluster")) {
            rig.engine.announce(new Notice.VipNotice("clients", new VipRole.Master(0), "backup before"));
            rig.engine.announce(new Notice.MemberNotice(new NodeId("lb-2"), MemberChange.SUSPECT, ""));

            JsonNode moved = reader.event();
            assertThat(moved.path("type").asText()).isEqualTo("vip-master");
            assertThat(moved.path("detail").asText()).isEqualTo("VRRP instance clients, backup before");
            JsonNode suspected = reader.event();
            assertThat(suspected.path("type").asText()).isEqualTo("node-suspect");
            assertThat(suspected.path("detail").asText()).isEqualTo("lb-2");
        }
        assertThat(Rig.json(rig.get("/api/v1/events/recent")).findValuesAsText("type"))
                .containsExactly("node-suspect", "vip-master");
    }

    @Test
    void a_reader_may_choose() throws IOException {
        try (Reader reader = new Reader("?kinds=weights")) {
            force(false);
            assertThat(reader.event().path("kind").asText()).isEqualTo("weights");
        }
        assertThat(rig.get("/api/v1/events?kinds=nothing").statusCode()).isEqualTo(422);
    }

    @Test
    void connections_come_when_they_are_asked_for() throws IOException {
        try (Reader reader = new Reader("?kinds=connections")) {
            rig.events.tell(opened());
            JsonNode event = reader.event();
            assertThat(event.path("type").asText()).isEqualTo("connection-opened");
            assertThat(event.path("detail").asText()).isEqualTo("tcp 198.51.100.1:4711 to 192.0.2.80:80");
        }
    }

    @Test
    void lookups_come_when_they_are_asked_for() throws IOException {
        try (Reader reader = new Reader("?kinds=dns")) {
            List<IpAddress> addresses = List.of(IpAddress.parse("10.0.0.1"), IpAddress.parse("2001:db8::1"));
            rig.lookups.tell(new NameStatus("app.example", addresses, Optional.of(Instant.EPOCH), 0, Optional.empty()));
            JsonNode resolved = reader.event();
            assertThat(resolved.path("type").asText()).isEqualTo("dns-resolved");
            assertThat(resolved.path("detail").asText()).isEqualTo("app.example: 10.0.0.1, 2001:db8::1");

            rig.lookups.tell(
                    new NameStatus("app.example", addresses, Optional.of(Instant.EPOCH), 1, Optional.of("timeout")));
            JsonNode failed = reader.event();
            assertThat(failed.path("type").asText()).isEqualTo("dns-failed");
            assertThat(failed.path("detail").asText()).isEqualTo("app.example: timeout; still 10.0.0.1, 2001:db8::1");
        }
    }

    @Test
    void a_reader_that_takes_nothing_is_let_go_and_counted() throws Exception {
        try (Reader reader = new Reader("?kinds=connections")) {
            long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
            while (dropped() == 0 && System.nanoTime() < deadline) {
                for (int i = 0; i < 20_000; i++) {
                    rig.events.tell(opened());
                }
                // What waits in the sockets' buffers lets the writer go on; then it sees that it lost events.
                reader.socket.getInputStream().skip(1 << 16);
            }
            assertThat(dropped()).isEqualTo(1);
        }
    }

    private static FlowEvent.Opened opened() {
        return new FlowEvent.Opened(
                Instant.EPOCH,
                new FlowEvent.Connection(
                        Protocol.TCP,
                        new Flow.Peer(IpAddress.parse("198.51.100.1"), 4711),
                        new Flow.Peer(IpAddress.parse("192.0.2.80"), 80),
                        Optional.of("web"),
                        Optional.of(Endpoint.parse("10.0.0.1:8080"))),
                Optional.empty());
    }

    private long dropped() {
        return Rig.json(rig.get("/api/v1/status")).at("/events/dropped").asLong();
    }

    @Test
    void the_server_stops_although_somebody_reads() throws IOException {
        try (Reader reader = new Reader("")) {
            rig.admin.close();
            assertThat(reader.lines.readLine()).isIn(null, "", "0");
        }
    }
}
