package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Endpoint;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Targets on their way out under traffic, and shares that follow the connections there are. */
@LabTest
class DrainTest {

    private static final int MANY = 24;

    @Test
    void a_drain_is_over_when_the_last_connection_ends_and_not_before() throws Exception {
        try (ControlSite control = ControlSite.start(2, "", ":drain-check-interval-ms 100")) {
            Console console = control.console();
            Endpoint target = control.site().serverV4(2);
            List<Conversation> drained = openOn("web2", MANY, control);

            console.post("drains", "{\"proxy\":\"web\",\"target\":\"" + target + "\"}");

            assertThat(control.ask(100)).isEqualTo(Map.of("web1", 100));
            Conversation last = drained.removeLast();
            for (Conversation conversation : drained) {
                assertThat(conversation.ask()).isEqualTo("web2");
                conversation.close();
            }
            Await.until(
                    "one connection is left",
                    () -> console.drain(target).path("current-connections").asInt() == 1);
            assertThat(console.drain(target).path("status").asText()).isEqualTo("draining");
            assertThat(last.ask()).isEqualTo("web2");
            last.close();
            Await.until(
                    "the drain is over",
                    () -> console.drain(target).path("status").asText().equals("completed"));
            assertThat(control.ask(50)).isEqualTo(Map.of("web1", 50));

            console.delete("drains/" + target);
            assertThat(control.ask(100)).containsKeys("web1", "web2");
            Proof.say("a drain with %d connections at its start was over with the last of them", drained.size() + 1);
        }
    }

    @Test
    void a_reload_with_other_weights_leaves_a_drain_going_on_with_its_connections() throws Exception {
        String settings = ":drain-check-interval-ms 100";
        try (ControlSite control = ControlSite.start(2, "", settings)) {
            Console console = control.console();
            Endpoint target = control.site().serverV4(2);
            List<Conversation> drained = openOn("web2", MANY, control);
            console.post("drains", "{\"target\":\"" + target + "\",\"timeout-ms\":60000}");

            control.weir().write(control.config(control.targets(30, 70), "", settings));
            assertThat(console.post("reload", "").path("changes")).hasSize(2);

            assertThat(control.ask(50)).isEqualTo(Map.of("web1", 50));
            assertThat(console.drain(target).path("status").asText()).isEqualTo("draining");
            assertThat(console.drain(target).path("current-connections").asInt())
                    .isEqualTo(drained.size());
            for (Conversation conversation : drained) {
                assertThat(conversation.ask()).isEqualTo("web2");
                conversation.close();
            }
            Await.until(
                    "the drain is over",
                    () -> console.drain(target).path("status").asText().equals("completed"));
            console.delete("drains/" + target);
            assertThat(console.weights()).isEqualTo(List.of(30, 70));
        }
    }

    /** Those of some conversations that such a server has; the others are closed. */
    private static List<Conversation> openOn(String server, int opened, ControlSite control) throws IOException {
        List<Conversation> own = new ArrayList<>();
        for (Conversation conversation : Crowd.open(opened, control::open)) {
            if (conversation.ask().equals(server)) {
                own.add(conversation);
            } else {
                conversation.close();
            }
        }
        return own;
    }

    @Test
    void the_verb_waits_for_the_last_connection_and_no_longer_than_its_timeout() throws Exception {
        try (ControlSite control = ControlSite.start(2, "", ":drain-check-interval-ms 100")) {
            String target = control.site().serverV4(2).toString();
            Conversation kept = control.open();
            while (!kept.ask().equals("web2")) {
                kept.close();
                kept = control.open();
            }

            Program.End late =
                    verb(control, "drain", target, "--wait", "--timeout", "1").end();
            assertThat(late.status()).as(late.toString()).isEqualTo(1);
            assertThat(late.output().getLast()).containsPattern(target + " +web +timeout +1 +1 ");
            assertThat(kept.ask()).isEqualTo("web2");
            verb(control, "undrain", target).finish();

            try (Program waiting = verb(control, "drain", target, "--wait", "--proxy", "web")) {
                waiting.await(line -> line.contains("gets no new connections; 1 left"));
                assertThat(control.ask(50)).isEqualTo(Map.of("web1", 50));
                assertThat(verb(control, "status").finish()).anyMatch(line -> line.contains(target + "      50    0"));
                assertThat(waiting.isAlive()).isTrue();
                assertThat(kept.ask()).isEqualTo("web2");
                kept.close();
                assertThat(waiting.finish().getLast()).containsPattern(target + " +web +completed +0 +1 ");
            }
        }
    }

    private static Program verb(ControlSite control, String... words) {
        return control.weir().start(List.of(), words);
    }

    @Test
    void the_only_target_drained_takes_no_new_connection_and_says_why() throws Exception {
        try (ControlSite control = ControlSite.start(1, "", "")) {
            Console console = control.console();
            try (Conversation established = control.open()) {
                established.ask();
                console.post("drains", "{\"target\":\"" + control.site().serverV4(1) + "\"}");

                assertThat(control.ask()).isEqualTo(ControlSite.NOBODY);
                assertThat(established.ask()).isEqualTo("web1");
                assertThat(console.reason(1)).isEqualTo("drained; no target is left");
                assertThat(control.weir().verdict("no_target")).isPositive();
            }
        }
    }

    @Test
    void least_connections_spares_the_server_that_is_slow_and_moves_nobody() throws Exception {
        String algorithm = ":load-balancing {:algorithm :least-connections :update-interval-ms 200}";
        try (ControlSite control = ControlSite.start(2, "", algorithm)) {
            Console console = control.console();
            List<Conversation> slow = openOn("web2", 2 * MANY, control);

            Await.until("the slow server is spared", () -> console.weights().getFirst() > 75);

            assertThat(console.reason(1)).isEqualTo("least connections");
            Map<String, Integer> answers = control.ask(100);
            assertThat(answers.get("web1")).isGreaterThan(answers.getOrDefault("web2", 0));
            for (Conversation conversation : slow) {
                assertThat(conversation.ask()).isEqualTo("web2");
                conversation.close();
            }
            Await.until("both are equal again", () -> Math.abs(console.weights().getFirst() - 50) <= 5);
            Proof.say("with %d connections kept by one server, the other got %s of 100 new ones", slow.size(), answers);
        }
    }
}
