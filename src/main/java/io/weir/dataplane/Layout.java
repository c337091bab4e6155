package io.weir.dataplane;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A C struct of {@code abi.h}: its fields one after the other, as the explicit padding there promises; {@link AbiCheck} holds
 * it to what the compiler made.
 *
 * @param name of the struct in C
 * @param size bytes
 */
public record Layout(String name, int size, List<Field> fields) {

    public Layout {
        fields = List.copyOf(fields);
    }

    static Layout of(String name, Field... fields) {
        List<Field> placed = new ArrayList<>();
        int offset = 0;
        for (Field field : fields) {
            placed.add(field.at(offset));
            offset += field.size();
        }
        return new Layout(name, offset, placed);
    }

    /** @throws IllegalArgumentException if there is no such field */
    public Field field(String fieldName) {
        return fields.stream()
                .filter(field -> field.name().equals(fieldName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("struct " + name + " has no field " + fieldName));
    }

    /** Zeroed memory for one struct. */
    public MemorySegment allocate(Arena arena) {
        return arena.allocate(size, 8);
    }
}
