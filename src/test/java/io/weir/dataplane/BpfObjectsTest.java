package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MapInfo;
import io.weir.testing.KernelTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@KernelTest
class BpfObjectsTest {

    @Test
    void all_objects_load_and_share_their_maps() {
        try (BpfObjects objects = BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000))) {
            int settings = objects.map(MapShape.SETTINGS).info().id();
            for (String program : List.of(BpfObjects.XDP, BpfObjects.INGRESS, BpfObjects.EGRESS, BpfObjects.EXPIRE)) {
                assertThat(objects.program(program).mapIds()).as(program).contains(settings);
            }
            assertThat(objects.program(BpfObjects.AMEND).mapIds())
                    .contains(objects.map(MapShape.EXPIRY).info().id());
            MapShape.ALL.forEach(shape -> {
                MapInfo info = objects.map(shape.name()).info();
                assertThat(info.type()).as(shape.name()).isEqualTo(shape.type());
                assertThat(info.keySize()).as(shape.name()).isEqualTo(shape.keySize());
                assertThat(info.valueSize()).as(shape.name()).isEqualTo(shape.valueSize());
            });
        }
    }

    @Test
    void tables_have_the_sizes_asked_for() {
        try (BpfObjects objects = BpfObjects.load(ObjectFiles.shipped(), new Sizes(50_000, true))) {
            assertThat(objects.map(MapShape.FLOWS4).info().maxEntries()).isEqualTo(100_000);
            assertThat(objects.map(MapShape.TOTALS6).info().maxEntries()).isEqualTo(100_000);
            assertThat(objects.map(MapShape.QUEUE).info().maxEntries()).isEqualTo(51_024);
            assertThat(objects.map(MapShape.HALF_OPEN).info().maxEntries()).isEqualTo(4096);
        }
    }

    @Test
    void existing_maps_are_taken_and_expiry_starts() {
        try (BpfObjects first = BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000));
                BpfMap flows = first.map(MapShape.FLOWS4).duplicate();
                BpfObjects second =
                        BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000), Map.of(MapShape.FLOWS4, flows))) {
            first.startExpiry();
            second.startExpiry();
            assertThat(second.map(MapShape.FLOWS4).info().id())
                    .isEqualTo(flows.info().id());
            assertThat(second.map(MapShape.FLOWS6).info().id())
                    .isNotEqualTo(first.map(MapShape.FLOWS6).info().id());
        }
    }

    @Test
    void the_timer_of_expiry_is_taken_over_while_it_fires() {
        try (BpfObjects first = BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000));
                BpfObjects second = BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000), first.maps())) {
            for (int i = 0; i < 1000; i++) {
                first.startExpiry();
                second.startExpiry();
            }
        }
    }

    @Test
    void a_packet_of_no_service_is_passed_and_counted() {
        try (BpfObjects objects = BpfObjects.load(ObjectFiles.shipped(), new Sizes(1000))) {
            byte[] packet = new byte[60];
            packet[12] = 0x08;
            packet[13] = 0x06; // ARP
            assertThat(objects.program(BpfObjects.XDP)
                            .run(io.weir.libbpf.TestRun.packet(packet))
                            .action())
                    .isEqualTo(2);
        }
    }
}
