package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MappedArray;
import io.weir.model.IpAddress;
import java.util.HashMap;
import java.util.Map;

/** The maps {@code slots} and {@code groups}, both in memory. */
final class SlotTable implements AutoCloseable {

    /** Of two bytes each, as in {@code bpf/maps.h}. */
    private static final int SLOTS_IN_WORD = 4;

    private final MappedArray slots;
    private final MappedArray groups;

    SlotTable(BpfMap slots, BpfMap groups) {
        this.slots = slots.map();
        this.groups = groups.map();
    }

    void put(Image.Slice slice, Image.Slots contents) {
        int[] targets = contents.toArray();
        if (targets.length != slice.size()
                || slice.offset() < 0
                || slice.offset() > slots.entries() * SLOTS_IN_WORD - slice.size()) {
            throw new DataplaneException(targets.length + " slots do not fit into " + slice, 0);
        }
        short[] packed = new short[targets.length];
        for (int i = 0; i < targets.length; i++) {
            packed[i] = (short) targets[i];
        }
        slots.writeShorts(slice.offset(), packed);
    }

    /** One store: a packet sees the old slice or the new one, and every slot written before. */
    void put(Image.GroupKey key, Image.Slice slice) {
        groups.writeLong(index(key), 0, Integer.toUnsignedLong(slice.offset()) | (long) slice.size() << 32);
    }

    Map<Image.GroupKey, Image.Slice> groups() {
        Map<Image.GroupKey, Image.Slice> found = new HashMap<>();
        for (int i = 0; i < groups.entries(); i++) {
            long slice = groups.readLong(i, 0);
            int size = (int) (slice >>> 32);
            if (size != 0) {
                IpAddress.Family family = i % 2 == 0 ? IpAddress.Family.V4 : IpAddress.Family.V6;
                found.put(new Image.GroupKey(i / 2, family), new Image.Slice((int) slice, size));
            }
        }
        return found;
    }

    Image.Slots slots(Image.Slice slice) {
        int[] targets = new int[slice.size()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = Short.toUnsignedInt(slots.readShort(slice.offset() + i));
        }
        return Image.Slots.of(targets);
    }

    private int index(Image.GroupKey key) {
        int index = key.group() * 2 + (key.family() == IpAddress.Family.V6 ? 1 : 0);
        if (index < 0 || index >= groups.entries()) {
            throw new DataplaneException("there is no room for group " + key.group(), 0);
        }
        return index;
    }

    @Override
    public void close() {
        slots.close();
        groups.close();
    }
}
