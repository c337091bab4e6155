package io.weir.packet;

import io.weir.dataplane.Abi;
import io.weir.dataplane.Field;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import java.lang.foreign.MemorySegment;

/** Addresses and families as the structs of the data path hold them. */
final class Addresses {

    private Addresses() {}

    static int number(Family family) {
        return family == Family.V4 ? Abi.FAMILY_V4 : Abi.FAMILY_V6;
    }

    /** Into four words, or into one. */
    static void put(Field field, MemorySegment struct, IpAddress address) {
        if (address.family() == Family.V4) {
            field.set(struct, 0, address.low());
            return;
        }
        field.set(struct, 0, address.high() >>> 32);
        field.set(struct, 1, address.high() & 0xffffffffL);
        field.set(struct, 2, address.low() >>> 32);
        field.set(struct, 3, address.low() & 0xffffffffL);
    }

    static IpAddress get(Field field, MemorySegment struct, Family family) {
        if (family == Family.V4) {
            return new IpAddress(Family.V4, 0, field.get(struct, 0));
        }
        return new IpAddress(
                Family.V6,
                field.get(struct, 0) << 32 | field.get(struct, 1),
                field.get(struct, 2) << 32 | field.get(struct, 3));
    }
}
