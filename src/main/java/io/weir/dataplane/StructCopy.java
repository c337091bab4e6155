package io.weir.dataplane;

import io.weir.libbpf.Btf;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How a struct of an earlier ABI becomes one of ours: field by field, by name; what is new stays zero. */
final class StructCopy {

    private record Piece(long from, long to, long bytes) {}

    private final List<Piece> pieces;

    private StructCopy(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /** Bytes as they are. */
    static StructCopy plain(int bytes) {
        return new StructCopy(List.of(new Piece(0, 0, bytes)));
    }

    /**
     * Of the same layout.
     *
     * @param left names of fields that stay zero
     */
    static StructCopy without(Layout layout, Set<String> left) {
        if (layout.fields().stream().noneMatch(field -> left.contains(field.name()))) {
            return plain(layout.size());
        }
        return new StructCopy(layout.fields().stream()
                .filter(field -> !left.contains(field.name()))
                .map(field -> new Piece(field.offset(), field.offset(), field.size()))
                .toList());
    }

    /**
     * Fields that have the same name and width; of arrays, the common elements; of a number that takes more or fewer bytes now,
     * its lower ones.
     *
     * @param left names of fields that stay zero
     */
    static StructCopy of(Btf.Struct before, Layout layout, Set<String> left) {
        List<Piece> pieces = new ArrayList<>();
        for (Field field : layout.fields()) {
            before.field(field.name())
                    .filter(old -> !left.contains(field.name()))
                    .filter(old -> old.size() == field.width() || isResized(old, field))
                    .ifPresent(old -> pieces.add(new Piece(old.offset(), field.offset(), bytes(old, field))));
        }
        return new StructCopy(pieces);
    }

    /** Single bytes may be a number of a width that C has not. The kernels we know keep the low byte first. */
    private static boolean isResized(Btf.Field old, Field field) {
        return old.struct().isEmpty()
                && old.count() == 1
                && !field.bigEndian()
                && (field.count() == 1 || field.width() == 1)
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    private static long bytes(Btf.Field old, Field field) {
        return old.size() == field.width()
                ? (long) field.width() * Math.min(field.count(), old.count())
                : Math.min(old.size(), field.size());
    }

    /** Whether every byte that is copied stays where it was. */
    boolean isInPlace() {
        return pieces.stream().allMatch(piece -> piece.from() == piece.to());
    }

    /** Fields of keys that are zero in a table: only what waits in a queue has them. */
    private static final Set<String> QUEUED = Set.of("queued", "due");

    /** For keys: only if every field has its like on the other side, padding aside, and what is zero. */
    static Optional<StructCopy> exact(Btf.Struct before, Layout layout) {
        boolean ours = layout.fields().stream()
                .filter(field -> !field.name().startsWith("pad") && !QUEUED.contains(field.name()))
                .allMatch(field -> before.field(field.name())
                        .filter(old -> old.size() == field.width() && old.count() == field.count())
                        .isPresent());
        boolean theirs = before.fields().stream()
                .filter(old -> !old.name().startsWith("pad"))
                .allMatch(old ->
                        layout.fields().stream().anyMatch(field -> field.name().equals(old.name())));
        return ours && theirs ? Optional.of(of(before, layout, Set.of())) : Optional.empty();
    }

    /** @param copies how many structs stand one after the other: of a per-CPU value, one for each CPU */
    void copy(MemorySegment from, long fromStride, MemorySegment to, long toStride, int copies) {
        to.fill((byte) 0);
        for (int i = 0; i < copies; i++) {
            for (Piece piece : pieces) {
                MemorySegment.copy(from, i * fromStride + piece.from(), to, i * toStride + piece.to(), piece.bytes());
            }
        }
    }
}
