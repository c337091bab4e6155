package io.weir.engine;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/** An immutable list of integers, four bytes each. */
final class PackedIndices extends AbstractList<Integer> implements RandomAccess {

    private final int[] values;
    private final int hash;

    private PackedIndices(int[] values) {
        this.values = values;
        this.hash = Arrays.hashCode(values); // what List.hashCode says of the same integers
    }

    static PackedIndices copyOf(int[] values) {
        return new PackedIndices(values.clone());
    }

    static PackedIndices copyOf(List<Integer> values) {
        return values instanceof PackedIndices packed
                ? packed
                : new PackedIndices(values.stream().mapToInt(Integer::intValue).toArray());
    }

    int[] toArrayOfInts() {
        return values.clone();
    }

    @Override
    public Integer get(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PackedIndices packed
                ? hash == packed.hash && Arrays.equals(values, packed.values)
                : super.equals(other);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
