package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/** A map as an object declares it; becomes one in the kernel when the object is loaded. */
public final class ObjectMap {

    private static final NativeFunction SET_MAX_ENTRIES =
            NativeFunction.libbpfInt("bpf_map__set_max_entries", ADDRESS, JAVA_INT);
    private static final NativeFunction MAX_ENTRIES = NativeFunction.libbpfInt("bpf_map__max_entries", ADDRESS);
    private static final NativeFunction SET_FLAGS =
            NativeFunction.libbpfInt("bpf_map__set_map_flags", ADDRESS, JAVA_INT);
    private static final NativeFunction FLAGS = NativeFunction.libbpfInt("bpf_map__map_flags", ADDRESS);
    private static final NativeFunction REUSE = NativeFunction.libbpfInt("bpf_map__reuse_fd", ADDRESS, JAVA_INT);
    private static final NativeFunction DESCRIPTOR = NativeFunction.libbpfInt("bpf_map__fd", ADDRESS);

    private final String name;
    private final MemorySegment map;

    ObjectMap(String name, MemorySegment map) {
        this.name = name;
        this.map = map;
    }

    public int maxEntries() {
        return MAX_ENTRIES.call(map);
    }

    public ObjectMap maxEntries(int entries) {
        SET_MAX_ENTRIES.check("setting the size of map " + name, map, entries);
        return this;
    }

    public int flags() {
        return FLAGS.call(map);
    }

    public ObjectMap flags(int flags) {
        SET_FLAGS.check("setting the flags of map " + name, map, flags);
        return this;
    }

    /** Takes an existing map instead of making one. */
    public void reuse(BpfMap existing) {
        REUSE.check("reusing map " + name, map, existing.descriptor());
    }

    /** The map in the kernel, by a descriptor of its own. */
    public BpfMap loaded() {
        return new BpfMap(Libc.duplicate(DESCRIPTOR.check("taking map " + name, map)));
    }
}
