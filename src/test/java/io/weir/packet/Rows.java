package io.weir.packet;

import java.util.List;
import java.util.stream.Stream;

/** All rows, by subject. */
final class Rows {

    private Rows() {}

    static List<Row> all() {
        return Stream.of(
                        HandshakeRows.all(),
                        FlowRows.all(),
                        PickUpRows.all(),
                        ForwardRows.all(),
                        LinkRows.all(),
                        UdpRows.all(),
                        PromotionRows.all(),
                        SharedPortRows.all(),
                        LimitRows.all(),
                        FragmentRows.all(),
                        RefusalRows.all(),
                        IcmpRows.all(),
                        ChoiceRows.all(),
                        RecordRows.all(),
                        ClockRows.all())
                .flatMap(List::stream)
                .toList();
    }
}
