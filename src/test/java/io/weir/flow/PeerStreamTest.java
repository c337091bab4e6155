package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            new Neighbours(new Ledger(SECRET), Map.of(), Map.of(), _ -> {}, (_, _) -> {}),
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
        told(new FlowFrame.Hello(head(), 1, SECRET));
        told(new FlowFrame.Begin(head(), Ledger.ALL));
        told(new FlowFrame.End(head(), nothing()));
    }

    private static Digest nothing() {
        return new Fingerprints(SECRET).digest();
    }

    @Test
    void who_compares_while_some_flows_are_told_anew_is_not_in_sync_until_they_have_been() {
        draw();
        told(new FlowFrame.Begin(head(), Ledger.ALL));
        assertThat(stream.isInSync()).isTrue();
        answers.clear();
        stream.compareNow();
        assertThat(stream.isInSync()).isFalse();
        assertThat(answers).isEmpty();

        told(new FlowFrame.End(head(), nothing()));
        assertThat(stream.isInSync()).isTrue();
    }
}
