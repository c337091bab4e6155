package io.weir.engine;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map in pieces. A changed copy shares the pieces that have not changed, so that both a change and the
 * comparison with what was before cost what has changed, not what there is.
 */
final class SharedMap<K, V> extends AbstractMap<K, V> {

    private static final int PIECE_BITS = 10;

    private final List<Map<K, V>> pieces;
    private final int size;

    private SharedMap(List<Map<K, V>> pieces, int size) {
        this.pieces = pieces;
        this.size = size;
    }

    static <K, V> SharedMap<K, V> empty() {
        return new SharedMap<>(Collections.nCopies(1 << PIECE_BITS, Map.of()), 0);
    }

    static <K, V> SharedMap<K, V> copyOf(Map<K, V> map) {
        if (map instanceof SharedMap<K, V> shared) {
            return shared;
        }
        Edit<K, V> edit = SharedMap.<K, V>empty().edit();
        map.forEach(edit::put);
        return edit.done();
    }

    /** What of {@code map} may not be in {@code other} just so: all but the pieces they share. */
    static <K, V> Map<K, V> without(Map<K, V> map, Map<K, V> other) {
        if (map == other) {
            return Map.of();
        }
        if (!(map instanceof SharedMap<K, V> these) || !(other instanceof SharedMap<K, V> those)) {
            return map;
        }
        Map<K, V> rest = new HashMap<>();
        for (int i = 0; i < these.pieces.size(); i++) {
            if (these.pieces.get(i) != those.pieces.get(i)) {
                rest.putAll(these.pieces.get(i));
            }
        }
        return rest;
    }

    /** A working copy. */
    Edit<K, V> edit() {
        return new Edit<>(this);
    }

    private static int piece(Object key) {
        return key.hashCode() * 0x9E3779B9 >>> Integer.SIZE - PIECE_BITS;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean containsKey(Object key) {
        return pieces.get(piece(key)).containsKey(key);
    }

    @Override
    public @Nullable V get(Object key) {
        return pieces.get(piece(key)).get(key);
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        pieces.forEach(piece -> piece.forEach(action));
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<K, V>> iterator() {
                return pieces.stream()
                        .flatMap(piece -> Collections.unmodifiableMap(piece).entrySet().stream())
                        .iterator();
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** A copy that is being changed. */
    static final class Edit<K, V> {
        private final SharedMap<K, V> before;
        private List<Map<K, V>> pieces;
        private final BitSet own = new BitSet();
        private int size;

        private Edit(SharedMap<K, V> before) {
            this.before = before;
            this.pieces = before.pieces;
            this.size = before.size;
        }

        @Nullable
        V get(K key) {
            return pieces.get(piece(key)).get(key);
        }

        /** @return what it was before */
        @Nullable
        V put(K key, V value) {
            V old = get(key);
            if (!value.equals(old)) {
                owned(piece(key)).put(key, value);
                size += old == null ? 1 : 0;
            }
            return old;
        }

        /** @return what it was before */
        @Nullable
        V remove(K key) {
            V old = get(key);
            if (old != null) {
                owned(piece(key)).remove(key);
                size--;
            }
            return old;
        }

        private Map<K, V> owned(int index) {
            if (own.isEmpty()) {
                pieces = new ArrayList<>(pieces);
            }
            if (!own.get(index)) {
                own.set(index);
                pieces.set(index, new HashMap<>(pieces.get(index)));
            }
            return pieces.get(index);
        }

        /** The map as it is now, the one before if nothing has changed; the copy must not be used any more. */
        SharedMap<K, V> done() {
            return own.isEmpty() ? before : new SharedMap<>(pieces, size);
        }
    }
}
