package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.libbpf.Btf;
import io.weir.testing.Clang;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StructCopyTest {

    private static final Btf BEFORE = Btf.ofObject(Clang.object("""
            struct flow {
                unsigned short address_delta;
                unsigned short port_delta;
                unsigned int target;
                unsigned int proxy;
                unsigned char flags;
                unsigned char gone[3];
            };
            struct flow before;
            """));

    @Test
    void a_number_that_takes_fewer_bytes_now_keeps_its_value() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment before = arena.allocate(16, 8);
            before.set(ValueLayout.JAVA_INT, 4, 16_383);
            before.set(ValueLayout.JAVA_INT, 8, 0x654321);
            before.set(ValueLayout.JAVA_BYTE, 12, (byte) FlowAbi.FLOW_OVER);
            MemorySegment after = FlowAbi.Flow.LAYOUT.allocate(arena);
            StructCopy.of(BEFORE.struct("flow").orElseThrow(), FlowAbi.Flow.LAYOUT, Set.of())
                    .copy(before, 16, after, after.byteSize(), 1);
            assertThat(FlowAbi.Flow.TARGET.getInt(after)).isEqualTo(16_383);
            assertThat(FlowAbi.Flow.proxy(after)).isEqualTo(0x654321);
            assertThat(FlowAbi.Flow.FLAGS.getInt(after)).isEqualTo(FlowAbi.FLOW_OVER);
            assertThat(FlowAbi.Flow.CREATED.get(after)).isZero();
        }
    }
}
