package io.weir.bench;

import io.weir.libbpf.Btf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A struct of a benchmark's program in memory, its fields by the names they have in C. */
record StructMemory(Btf btf, Btf.Struct type, MemorySegment memory) {

    static StructMemory of(Btf btf, String type, MemorySegment memory) {
        return new StructMemory(btf, btf.struct(type).orElseThrow(() -> new IllegalArgumentException("no " + type)), memory);
    }

    void set(String field, long value) {
        Btf.Field place = field(field);
        switch (place.size()) {
            case 1 -> memory.set(ValueLayout.JAVA_BYTE, place.offset(), (byte) value);
            case 2 -> memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, place.offset(), (short) value);
            case 4 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, place.offset(), (int) value);
            case 8 -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, place.offset(), value);
            default -> throw new IllegalArgumentException(field + " is no number");
        }
    }

    long get(String field) {
        Btf.Field place = field(field);
        return switch (place.size()) {
            case 4 -> memory.get(ValueLayout.JAVA_INT_UNALIGNED, place.offset()) & 0xffffffffL;
            case 8 -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED, place.offset());
            default -> throw new IllegalArgumentException(field + " is no number");
        };
    }

    /** Copies bytes as they are, for addresses, MACs and frames. */
    void put(String field, byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, field(field).offset(), bytes.length);
    }

    /** A struct inside, or one element of an array of structs. */
    StructMemory inner(String field, int index) {
        Btf.Field place = field(field);
        String name = place.struct().orElseThrow(() -> new IllegalArgumentException(field + " is no struct"));
        return of(btf, name, memory.asSlice(place.offset() + (long) index * place.size(), place.size()));
    }

    private Btf.Field field(String name) {
        return type.field(name)
                .orElseThrow(() -> new IllegalArgumentException("struct " + type.name() + " has no field " + name));
    }
}
