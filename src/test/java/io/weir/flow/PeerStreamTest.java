package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The stream of one owner, frame by frame. */
class PeerStreamTest {

    private static final long SECRET = 4711;
    private static final int STREAM = 1;

    private final ModelTables tables = new ModelTables(() -> 0, 1, 500);
    private final List<FlowFrame.Answer> answers = new ArrayList<>();
    private final PeerStream stream = new PeerStream(
            new NodeId("lb-1"),
            tables,
            new Owners(tables, new CarriedFlows(SECRET), Map.of(), Map.of(), _ -> {}, (_, _) -> {}),
            answers::add,
            0);
    private int number;

    private FlowFrame.Head head() {
        return new FlowFrame.Head(STREAM, ++number, 0);
    }

    private void told(FlowFrame.Told frame) {
        stream.told(frame, 1, 0);
    }

    private void draw() {
        begin();
        told(new FlowFrame.End(head(), nothing()));
    }

    private void begin() {
        told(new FlowFrame.Hello(head(), 1, SECRET));
        told(new FlowFrame.Begin(head(), CarriedFlows.ALL));
    }

    private static Digest nothing() {
        return new Fingerprints(SECRET).digest();
    }

    @Test
    void who_compares_while_some_flows_are_told_anew_is_not_in_sync_until_they_have_been() {
        draw();
        told(new FlowFrame.Begin(head(), CarriedFlows.ALL));
        assertThat(stream.isInSync()).isTrue();
        answers.clear();
        stream.compareNow();
        assertThat(stream.isInSync()).isFalse();
        assertThat(answers).isEmpty();

        told(new FlowFrame.End(head(), nothing()));
        assertThat(stream.isInSync()).isTrue();
    }

    @Test
    void one_that_tells_no_flows_is_in_sync_whenever_it_is_compared_with_until_it_is_dead() {
        told(FlowFrame.Silence.WORD);
        stream.compareNow();
        assertThat(stream.isInSync()).isTrue();
        assertThat(answers).isEmpty();
        told(new FlowFrame.Changes(head(), List.of())); // whichever of the two is an earlier process's
        assertThat(stream.isInSync()).isTrue();
        assertThat(answers).singleElement().isInstanceOf(FlowFrame.Again.class);

        stream.dead(0);
        assertThat(stream.isInSync()).isFalse();
    }

    @Test
    void of_flows_that_find_no_room_no_more_are_remembered_than_a_node_of_this_size_can_carry() {
        tables.capacity = 100;
        begin();
        told(new FlowFrame.Changes(
                head(),
                IntStream.range(0, 1_000)
                        .mapToObj(i -> new FlowFrame.Change(true, Flows.numbered(i)))
                        .toList()));

        assertThat(tables.shadows).hasSize(100);
        assertThat(stream.flows().size()).isEqualTo(200);
        assertThat(stream.flows().counts().refused).isEqualTo(900);
    }
}
