package io.weir.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import io.weir.cluster.ClosedWorld.Sighting;
import io.weir.testing.Seed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClosedCodecTest {

    private static final Member ONE = new Member("id-1", "lb-1", "192.0.2.1:7946", "default");
    private static final Member TWO = new Member("id-2", null, "[2001:db8::2]:7946", "default");

    private final List<Sighting> sightings = new ArrayList<>();
    private final ClosedCodec codec = new ClosedCodec(sightings::add);

    /** scalecube keeps its messages to itself. */
    private static Object of(String type, Class<?>[] parameters, Object... arguments) {
        try {
            Constructor<?> constructor =
                    Class.forName("io.scalecube.cluster." + type).getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object ping() {
        return of("fdetector.PingData", new Class<?>[] {Member.class, Member.class, Member.class}, ONE, TWO, ONE);
    }

    private static Object aliveOrNot(MemberStatus status, int incarnation) {
        return of(
                "membership.MembershipRecord",
                new Class<?>[] {Member.class, MemberStatus.class, int.class},
                TWO,
                status,
                incarnation);
    }

    private static Message message(String qualifier, Object data) {
        return Message.withData(data)
                .qualifier(qualifier)
                .correlationId(null)
                .sender("192.0.2.1:7946")
                .build();
    }

    private static Message gossip(Message inner) {
        Object gossip =
                of("gossip.Gossip", new Class<?>[] {String.class, Message.class, long.class}, "id-1", inner, 7L);
        return message(
                "sc/gossip/req",
                of("gossip.GossipRequest", new Class<?>[] {List.class, String.class}, List.of(gossip), "id"));
    }

    static Stream<Message> messages() {
        Class<?>[] member = {Member.class};
        return Stream.of(
                message("sc/fdetector/ping", ping()),
                message(
                        "sc/fdetector/pingReq",
                        of("fdetector.PingData", new Class<?>[] {Member.class, Member.class}, ONE, TWO)),
                message(
                        "sc/membership/sync",
                        of(
                                "membership.SyncData",
                                new Class<?>[] {Collection.class},
                                List.of(
                                        aliveOrNot(MemberStatus.SUSPECT, 1 << 30),
                                        aliveOrNot(MemberStatus.LEAVING, 0)))),
                gossip(message("sc/membership/gossip", aliveOrNot(MemberStatus.ALIVE, 3))),
                gossip(message(ClosedWorld.GOSSIP, new byte[] {1, 2, 3})),
                message("sc/metadata/req", of("metadata.GetMetadataRequest", member, ONE)),
                message(
                        "sc/metadata/resp",
                        of(
                                "metadata.GetMetadataResponse",
                                new Class<?>[] {Member.class, ByteBuffer.class},
                                ONE,
                                ByteBuffer.wrap(new byte[] {4, 5}))));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void what_nodes_say_arrives_as_it_was_said(Message message) {
        byte[] bytes = codec.bytes(message);
        Message arrived = codec.message(bytes);
        assertThat(arrived.qualifier()).isEqualTo(message.qualifier());
        assertThat(arrived.sender()).isEqualTo(message.sender());
        Object content = arrived.data();
        assertThat(content).hasSameClassAs(message.data());
        assertThat(codec.bytes(arrived)).isEqualTo(bytes);
    }

    @Test
    void how_members_are_seen_is_told_when_it_is_said() {
        codec.bytes(gossip(message("sc/membership/gossip", aliveOrNot(MemberStatus.SUSPECT, 3))));
        assertThat(sightings).containsExactly(new Sighting(TWO, MemberStatus.SUSPECT, 3));
    }

    /** What a serializing codec would have run. */
    static final class Intruder implements Serializable {
        private static final long serialVersionUID = 1;
        private static boolean ran;

        private void readObject(ObjectInputStream in) throws IOException {
            ran = true;
        }
    }

    @Test
    void an_unknown_class_is_neither_sent_nor_read() throws IOException {
        assertThatThrownBy(() -> codec.bytes(message(ClosedWorld.GOSSIP, new Intruder())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Intruder");
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(serialized)) {
            out.writeObject(new Intruder());
        }
        assertThatThrownBy(() -> codec.message(serialized.toByteArray())).isInstanceOf(IllegalArgumentException.class);
        assertThat(Intruder.ran).isFalse();
    }

    @Test
    void no_class_of_the_cluster_reads_or_writes_serialized_objects() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ObjectInputStream.class, ObjectOutputStream.class)
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.weir.cluster"));
    }

    @Test
    void a_message_that_carries_something_else_than_it_says_is_refused() {
        for (Message wrong : List.of(
                message("sc/fdetector/ping", aliveOrNot(MemberStatus.ALIVE, 0)),
                message("sc/membership/sync", new byte[0]),
                message("unheard/of", new byte[0]),
                gossip(message("sc/membership/gossip", "a text")),
                gossip(gossip(message(ClosedWorld.GOSSIP, new byte[0]))),
                Message.withData(new byte[0]).build())) {
            assertThatThrownBy(() -> codec.message(codec.bytes(wrong)))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_ping_without_a_member_is_refused() {
        Object nobody = of("fdetector.PingData", new Class<?>[] {Member.class, Member.class}, ONE, null);
        assertThatThrownBy(() -> codec.message(codec.bytes(message("sc/fdetector/ping", nobody))))
                .hasMessage("something is missing in a message");
    }

    @ParameterizedTest
    @MethodSource("messages")
    void a_message_that_is_cut_off_or_goes_on_is_refused(Message message) {
        byte[] bytes = codec.bytes(message);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> codec.message(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> codec.message(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** No count in a message has more allocated than the message is long, and nothing but a refusal comes out. */
    @Test
    void whatever_is_changed_in_a_message_it_is_read_or_refused() {
        List<byte[]> good = messages().map(codec::bytes).toList();
        Seed.times(20_000, random -> {
            byte[] bytes = changed(good.get(random.nextInt(good.size())).clone(), random);
            try {
                assertThat(codec.message(bytes)).isNotNull();
            } catch (IllegalArgumentException refused) {
                assertThat(refused).isNotNull();
            }
        });
    }

    private static byte[] changed(byte[] bytes, Random random) {
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int place = random.nextInt(bytes.length);
            switch (random.nextInt(3)) {
                case 0 -> bytes[place] = (byte) random.nextInt();
                case 1 -> bytes[place] ^= (byte) (1 << random.nextInt(8));
                default -> ByteBuffer.wrap(bytes).put(place, (byte) (random.nextBoolean() ? 0x7f : -1));
            }
        }
        return bytes;
    }
}
