package io.weir.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.ObjectFiles;
import io.weir.model.IpAddress.Family;
import io.weir.packet.Counters.Count;
import io.weir.packet.Tables.State;
import io.weir.testing.KernelTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Expiry walks the flows as fast as it ever does while packets end them and confirm them anew. */
@KernelTest
class ExpiryRaceTest {

    private static final int ROUNDS = 5_000;

    /** So many that expiry takes its shortest pause. */
    private static final int PRETENDED = 1_000_000;

    @Test
    void a_flow_that_is_confirmed_anew_while_expiry_removes_its_place_is_there_and_counted() {
        try (Surroundings surroundings = new Surroundings()) {
            surroundings.inside(() -> {
                try (DataPath path = new DataPath(surroundings, ObjectFiles.shipped(), Row.ROOMY)) {
                    path.install(Setup.usual());
                    path.tables().pretend(PRETENDED);
                    path.objects().startExpiry();
                    CompletableFuture.allOf(
                                    CompletableFuture.runAsync(() -> churn(path, Role.CLIENT), ExpiryRaceTest::start),
                                    CompletableFuture.runAsync(
                                            () -> churn(path, Role.OTHER_CLIENT), ExpiryRaceTest::start))
                            .join();
                    assertCounted(path);
                }
                return null;
            });
        }
    }

    /** Connections from one port, one after the other; each is reset by the target and replaced by the next one's SYN. */
    private static void churn(DataPath path, Role client) {
        byte[] syn = packet(client, Role.VIP, Transport.SYN);
        byte[] synAck = packet(Role.TARGET, client, Transport.SYN | Transport.ACK);
        byte[] ack = packet(client, Role.VIP, Transport.ACK);
        byte[] reset = packet(Role.TARGET, client, Transport.RST);
        for (int i = 0; i < ROUNDS; i++) {
            path.hand(Hook.XDP, Side.SERVERS, reset, 0);
            path.hand(Hook.XDP, Side.CLIENTS, syn, 0);
            path.hand(Hook.XDP, Side.SERVERS, synAck, 0);
            path.hand(Hook.XDP, Side.CLIENTS, ack, 0);
            path.hand(Hook.XDP, Side.CLIENTS, ack, 0); // expiry may have held the place when the first one came
        }
    }

    /** A thread of this one's network namespace. */
    private static void start(Runnable work) {
        Thread.ofPlatform().start(work);
    }

    private static byte[] packet(Role from, Role to, int flags) {
        boolean byTarget = from == Role.TARGET;
        Transport.Tcp segment = new Transport.Tcp(
                from.port(),
                to.port(),
                flags,
                byTarget ? Story.TARGET_ISN : Story.CLIENT_ISN,
                byTarget ? Story.CLIENT_ISN + 1 : Story.TARGET_ISN + 1,
                new byte[0],
                new byte[0]);
        return Packet.between(Family.V4, from, to, segment).frame();
    }

    private static void assertCounted(DataPath path) {
        Tables tables = path.tables().read();
        List<Tables.Flow> forward =
                tables.flows().values().stream().filter(flow -> !flow.reply()).toList();
        assertThat(forward).hasSize(2).extracting(Tables.Flow::state).containsOnly(State.ESTABLISHED);
        assertThat(tables.flows()).hasSize(4);
        assertThat(tables.halfOpen()).isEmpty();
        assertThat(path.counters().targets().get(Setup.index(Role.TARGET, Family.V4)))
                .containsEntry(Count.ACTIVE, 2L);
        assertThat(path.tables().flowCount()).isEqualTo(PRETENDED + 2L);
    }
}
