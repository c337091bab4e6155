package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to a node that runs. */
@LabTest
class FaultTest {

    @ParameterizedTest
    @EnumSource(names = {"TC", "NATIVE"})
    void an_interface_that_vanishes_under_traffic_and_returns_works_again(XdpMode mode) throws Exception {
        try (Site site = Site.twoArm(1, mode == XdpMode.TC ? Frames.OFFLOADED : Frames.WHOLE)) {
            Weir weir = new Weir(site.balancer(), "weir");
            Program node = weir.run(site.desired(Settings.DEFAULT.withXdpMode(mode), 100));
            Conversation cut = Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT);
            cut.ask();
            Conversation busy = Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT);
            AtomicBoolean over = new AtomicBoolean();
            AtomicLong answered = new AtomicLong();
            CompletableFuture<Void> talk = CompletableFuture.runAsync(() -> talk(busy, over, answered));
            Await.until("somebody talks", () -> answered.get() > 0);

            site.pullFront();
            node.await(line -> line.contains("front"));
            long before = answered.get();
            site.plugFront();
            // Who has the VIP before anybody looks at its packets resets, by its own TCP, what goes on.
            Await.until("it is attached", () -> weir.attachedAs("front").equalsIgnoreCase(mode.name()));
            site.addressFront();

            Await.until("new connections are answered", () -> answers(site, Site.VIP_V4) && answers(site, Site.VIP_V6));
            assertThat(cut.ask()).as("the connection lived through it").isEqualTo("web1");
            Await.until("the one that talked goes on", () -> talk.isDone() || answered.get() > before);
            over.set(true);
            talk.join();
            assertThat(answered).hasValueGreaterThan(before);
            assertThat(node.errors()).noneMatch(line -> line.startsWith("\tat "));
            Proof.say("%s: front was pulled out and plugged in again under traffic, and works", mode);
            cut.close();
            busy.close();
        }
    }

    private static void talk(Conversation conversation, AtomicBoolean over, AtomicLong answered) {
        try {
            while (!over.get()) {
                assertThat(conversation.ask()).isEqualTo("web1");
                answered.incrementAndGet();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Test
    void with_the_node_killed_connections_that_end_expire() throws Exception {
        Settings.Timeouts soon = new Settings.Timeouts(
                Duration.ofSeconds(300), Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(1));
        try (Site site = Site.twoArm(1, Frames.OFFLOADED)) {
            Weir weir = new Weir(site.balancer(), "weir");
            Program node = weir.run(site.desired(Settings.DEFAULT.withTimeouts(soon), 100));
            List<Conversation> open = Crowd.open(20, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT));
            for (Conversation conversation : open) {
                conversation.ask();
            }
            node.kill();
            Conversation kept = open.removeFirst();
            assertThat(connections(weir)).isEqualTo(20);

            open.forEach(Conversation::close);

            Await.until("those that have ended are gone", () -> connections(weir) == 1);
            assertThat(kept.ask()).isEqualTo("web1");
            kept.close();
        }
    }

    /** As a verb reads them out of the kernel. */
    private static int connections(Weir weir) {
        return (int) weir.ask("connections", "--json").stream()
                .filter(line -> line.contains("\"client\""))
                .count();
    }

    private static boolean answers(Site site, String vip) {
        try (Conversation conversation =
                Conversation.tcp(site.client(), new java.net.InetSocketAddress(0).getAddress(), vip, Site.PORT, 1000)) {
            return conversation.ask().equals("web1");
        } catch (IOException notYet) {
            return false;
        }
    }

    @Test
    void a_full_table_is_counted_and_established_connections_live() throws Exception {
        int room = 1000;
        try (Site site = Site.twoArm(1, Frames.OFFLOADED)) {
            Weir weir = new Weir(site.balancer(), "weir");
            weir.run(site.desired(Settings.DEFAULT.withMaxConnections(room), 100));
            List<Conversation> inside =
                    new ArrayList<>(Crowd.open(room, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT)));
            for (Conversation conversation : inside) {
                conversation.ask();
            }
            // Those beyond are served without an entry of their own, for as long as there is room for that.
            List<Conversation> beyond = Crowd.open(room, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT));
            int answered = 0;
            for (Conversation conversation : beyond) {
                answered += conversation.ask().equals("web1") ? 1 : 0;
            }

            long counted = weir.verdict("table_full");
            assertThat(counted).isPositive();
            for (Conversation conversation : inside) {
                assertThat(conversation.ask()).isEqualTo("web1");
            }
            Proof.say(
                    "a table for %d connections: %d more were answered beside it, %d packets counted as table_full, and all"
                            + " %d inside live",
                    room, answered, counted, room);
            inside.forEach(Conversation::close);
            beyond.forEach(Conversation::close);
        }
    }
}
