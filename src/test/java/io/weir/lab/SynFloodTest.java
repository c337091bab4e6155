package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Settings;
import io.weir.model.Settings.XdpMode;
import io.weir.testing.LabTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A SYN flood at the generator's full rate on the very VIP that is in use. */
@LabTest
class SynFloodTest {

    private static final Duration FLOOD = Duration.ofSeconds(10);
    private static final int IDLE = 1000;
    private static final int BUSY = 100;
    private static final int NEWCOMERS = 32;

    /** Three SYNs: at once, after one second, after three. */
    private static final int PATIENCE_MS = 5_000;

    @Test
    void under_a_syn_flood_established_flows_live_and_new_connections_succeed() throws Exception {
        flood(Settings.DEFAULT);
    }

    @Test
    @Tag("slow")
    void under_a_syn_flood_against_tables_for_a_million_established_flows_live_and_new_connections_succeed()
            throws Exception {
        flood(Settings.DEFAULT.withMaxConnections(1_000_000));
    }

    private static void flood(Settings settings) throws Exception {
        try (Site site = Site.twoArm(2, Frames.WHOLE);
                ExecutorService threads =
                        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
            site.balancer().route("10.64.0.0/10", Site.CLIENT_V4);
            Weir weir = new Weir(site.balancer(), "weir");
            weir.run(site.desired(settings.withXdpMode(XdpMode.NATIVE), 50, 50));
            List<Conversation> idle = open(site, IDLE);
            List<Conversation> busy = open(site, BUSY);
            List<String> servers = new ArrayList<>();
            for (Conversation conversation : idle) {
                servers.add(conversation.ask());
            }

            AtomicBoolean over = new AtomicBoolean();
            AtomicLong questions = new AtomicLong();
            List<Future<?>> talks = busy.stream()
                    .<Future<?>>map(conversation -> threads.submit(() -> talk(conversation, over, questions)))
                    .toList();
            AtomicLong tried = new AtomicLong();
            AtomicLong succeeded = new AtomicLong();
            List<Future<?>> newcomers = new ArrayList<>();
            for (int i = 0; i < NEWCOMERS; i++) {
                newcomers.add(threads.submit(() -> comeAndGo(site, over, tried, succeeded)));
            }
            long sent;
            try {
                sent = SynFlood.run(site.client(), site.balancer(), "front", Site.VIP_V4, Site.PORT, FLOOD);
            } finally {
                over.set(true);
            }
            for (Future<?> talk : talks) {
                talk.get();
            }
            for (Future<?> newcomer : newcomers) {
                newcomer.get();
            }

            for (int i = 0; i < IDLE; i++) {
                assertThat(idle.get(i).ask()).as("idle flow %d", i).isEqualTo(servers.get(i));
            }
            Proof.say(
                    "tables for %,d connections: %.0f SYNs a second for %d s; %d idle and %d busy flows live (%d questions answered); %d of %d new"
                            + " connections succeeded",
                    settings.maxConnections(),
                    sent / (double) FLOOD.toSeconds(),
                    FLOOD.toSeconds(),
                    IDLE,
                    BUSY,
                    questions.get(),
                    succeeded.get(),
                    tried.get());
            assertThat(tried.get()).isGreaterThan(NEWCOMERS);
            assertThat(succeeded.get()).isGreaterThanOrEqualTo((long) Math.ceil(0.9 * tried.get()));
            idle.forEach(Conversation::close);
            busy.forEach(Conversation::close);
        }
    }

    private static List<Conversation> open(Site site, int count) {
        return Crowd.open(count, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT));
    }

    private static Void talk(Conversation conversation, AtomicBoolean over, AtomicLong questions) throws IOException {
        String server = conversation.ask();
        while (!over.get()) {
            assertThat(conversation.ask()).isEqualTo(server);
            questions.incrementAndGet();
        }
        return null;
    }

    private static Void comeAndGo(Site site, AtomicBoolean over, AtomicLong tried, AtomicLong succeeded) {
        while (!over.get()) {
            tried.incrementAndGet();
            try (Conversation conversation = Conversation.tcp(
                    site.client(),
                    new java.net.InetSocketAddress(0).getAddress(),
                    Site.VIP_V4,
                    Site.PORT,
                    PATIENCE_MS)) {
                conversation.ask();
                succeeded.incrementAndGet();
            } catch (IOException failed) {
                // counted by its absence
            }
        }
        return null;
    }
}
