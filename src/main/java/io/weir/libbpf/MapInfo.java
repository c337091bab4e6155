package io.weir.libbpf;

/**
 * What the kernel says about a map.
 *
 * @param type BPF_MAP_TYPE_* of linux/bpf.h
 * @param id of the map while it lives
 * @param keySize bytes, 0 for maps without keys
 * @param valueSize bytes of one value, on one CPU if it is a per-CPU map
 * @param maxEntries capacity
 * @param flags BPF_F_* of map creation
 * @param name up to 15 characters
 * @param btfId the kernel's number of the types it was made with, 0 without
 * @param keyTypeId type of the key there
 * @param valueTypeId type of the value there
 */
public record MapInfo(
        int type,
        int id,
        int keySize,
        int valueSize,
        int maxEntries,
        int flags,
        String name,
        int btfId,
        int keyTypeId,
        int valueTypeId) {

    public static final int HASH = 1;
    public static final int ARRAY = 2;
    public static final int PERCPU_HASH = 5;
    public static final int PERCPU_ARRAY = 6;
    public static final int LRU_HASH = 9;
    public static final int LRU_PERCPU_HASH = 10;
    public static final int LPM_TRIE = 11;
    public static final int QUEUE = 22;
    public static final int RINGBUF = 27;

    public static final int NO_PREALLOC = 1;
    public static final int MMAPABLE = 1 << 10;

    /** Whether a value exists once for every possible CPU. */
    public boolean perCpu() {
        return type == PERCPU_HASH || type == PERCPU_ARRAY || type == LRU_PERCPU_HASH;
    }

    /** Whether every index has a value and none can be deleted. */
    public boolean array() {
        return type == ARRAY || type == PERCPU_ARRAY;
    }
}
