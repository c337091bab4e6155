package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * A map in the kernel, by an own descriptor. Keys and values are memory of exactly {@link #keySize} and {@link #valueSize}
 * bytes; safe for use by several threads as far as the kernel is.
 */
public final class BpfMap implements AutoCloseable {

    /** Flags of an update. */
    public static final long ANY = 0;

    public static final long NO_EXIST = 1;
    public static final long EXIST = 2;

    private static final MethodHandle LOOKUP = NativeFunction.hot("bpf_map_lookup_elem", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle UPDATE =
            NativeFunction.hot("bpf_map_update_elem", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle DELETE = NativeFunction.hot("bpf_map_delete_elem", JAVA_INT, ADDRESS);
    private static final MethodHandle NEXT = NativeFunction.hot("bpf_map_get_next_key", JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle LOOKUP_AND_DELETE =
            NativeFunction.hot("bpf_map_lookup_and_delete_elem", JAVA_INT, ADDRESS, ADDRESS);
    private static final NativeFunction BY_ID = NativeFunction.libbpfInt("bpf_map_get_fd_by_id", JAVA_INT);

    private final Descriptor descriptor;
    private final MapInfo info;
    private final int valueSize;

    /** Takes the descriptor over. */
    BpfMap(int descriptor) {
        this.descriptor = new Descriptor(descriptor);
        this.info = KernelInfo.map(descriptor);
        // A per-CPU value is rounded up to 8 bytes for each possible CPU.
        this.valueSize = info.perCpu() ? roundUp(info.valueSize()) * Cpus.possible() : info.valueSize();
    }

    /** Opens a pinned map. */
    public static BpfMap open(Path pin) {
        return new BpfMap(Pins.open(pin));
    }

    /** Opens a map by its number in the kernel. */
    public static BpfMap ofId(int id) {
        return new BpfMap(BY_ID.check("opening map " + id, id));
    }

    public MapInfo info() {
        return info;
    }

    public String name() {
        return info.name();
    }

    public int keySize() {
        return info.keySize();
    }

    /** Bytes of a value as user space sees it: of all possible CPUs for a per-CPU map. */
    public int valueSize() {
        return valueSize;
    }

    /** Bytes between the values of two CPUs. */
    public int cpuStride() {
        return roundUp(info.valueSize());
    }

    /** Its descriptor, valid until it is closed. */
    public int descriptor() {
        return descriptor.number();
    }

    /** @return whether the key is there; only then the value is written */
    public boolean lookup(MemorySegment key, MemorySegment value) {
        requireValue(value);
        try {
            return found("reading", (int) LOOKUP.invokeExact(descriptor(), key, value));
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** @param flags ANY, NO_EXIST or EXIST */
    public void update(MemorySegment key, MemorySegment value, long flags) {
        requireValue(value);
        int result;
        try {
            result = (int) UPDATE.invokeExact(descriptor(), key, value, flags);
        } catch (Throwable t) {
            throw rethrow(t);
        }
        if (result < 0) {
            throw failed("writing", result);
        }
    }

    public void update(MemorySegment key, MemorySegment value) {
        update(key, value, ANY);
    }

    /** Appends to a queue. */
    public void push(MemorySegment value) {
        update(MemorySegment.NULL, value, ANY);
    }

    /** @return whether the key was there */
    public boolean delete(MemorySegment key) {
        try {
            return found("deleting from", (int) DELETE.invokeExact(descriptor(), key));
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /** Reads and deletes; with key {@link MemorySegment#NULL} takes the head of a queue. */
    public boolean lookupAndDelete(MemorySegment key, MemorySegment value) {
        requireValue(value);
        try {
            return found("taking from", (int) LOOKUP_AND_DELETE.invokeExact(descriptor(), key, value));
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /**
     * @param key where to go on, or {@link MemorySegment#NULL} for the first
     * @return whether there is a next key
     */
    public boolean nextKey(MemorySegment key, MemorySegment next) {
        try {
            return found("walking", (int) NEXT.invokeExact(descriptor(), key, next));
        } catch (Throwable t) {
            throw rethrow(t);
        }
    }

    /**
     * Walks all entries in batches. Entries added or removed meanwhile may or may not be seen; the memory given to the
     * consumer is only valid during the call.
     */
    public void forEach(BiConsumer<MemorySegment, MemorySegment> consumer) {
        walk((key, value) -> {
            consumer.accept(key, value);
            return true;
        });
    }

    /**
     * As {@link #forEach}, until the visitor has enough.
     *
     * @param visitor says whether to go on
     */
    public void walk(BiPredicate<MemorySegment, MemorySegment> visitor) {
        MapWalk.walk(this, visitor);
    }

    /**
     * A walk as {@link #forEach}'s that may rest between two slices; for maps that know batches.
     *
     * @param entries about how many a slice has
     */
    public MapSlices slices(int entries) {
        return new MapSlices(this, entries);
    }

    /**
     * Writes many entries with one call.
     *
     * @param keys count keys, one after the other
     * @param values count values, one after the other
     */
    public void updateAll(MemorySegment keys, MemorySegment values, int count) {
        MapWalk.updateAll(this, keys, values, count);
    }

    /** @param keys count keys, one after the other; each must be there */
    public void deleteAll(MemorySegment keys, int count) {
        MapWalk.deleteAll(this, keys, count);
    }

    /** Maps an array made with BPF_F_MMAPABLE into memory. */
    public MappedArray map() {
        return new MappedArray(this);
    }

    public void pin(Path path) {
        Pins.pin(descriptor(), path);
    }

    /** Another owner of the same map. */
    public BpfMap duplicate() {
        return new BpfMap(Libc.duplicate(descriptor()));
    }

    @Override
    public void close() {
        descriptor.close();
    }

    @Override
    public String toString() {
        return "map " + name() + " (" + info.id() + ")";
    }

    BpfException failed(String what, int errno) {
        return new BpfException(what + " map " + name(), errno);
    }

    private boolean found(String what, int result) {
        if (result < 0 && result != -Errno.ENOENT) {
            throw failed(what, result);
        }
        return result == 0;
    }

    private void requireValue(MemorySegment value) {
        if (value.byteSize() < valueSize) {
            throw new IllegalArgumentException(
                    "a value of " + this + " has " + valueSize + " bytes, not " + value.byteSize());
        }
    }

    private static RuntimeException rethrow(Throwable t) {
        return t instanceof RuntimeException known ? known : NativeFunction.failed("a map operation", t);
    }

    private static int roundUp(int bytes) {
        return (bytes + 7) / 8 * 8;
    }
}
