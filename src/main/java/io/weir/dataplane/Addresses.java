package io.weir.dataplane;

import io.weir.model.IpAddress;
import java.lang.foreign.MemorySegment;

/** Addresses as {@code abi.h} keeps them: four words in network order, an IPv4 address in the first. */
final class Addresses {

    private Addresses() {}

    static void write(MemorySegment struct, Field field, IpAddress address) {
        if (address.family() == IpAddress.Family.V4) {
            field.set(struct, 0, address.low());
            clear(struct, field, 1);
        } else {
            field.set(struct, 0, address.high() >>> 32);
            field.set(struct, 1, address.high());
            field.set(struct, 2, address.low() >>> 32);
            field.set(struct, 3, address.low());
        }
    }

    static IpAddress read(MemorySegment struct, Field field, IpAddress.Family family) {
        if (family == IpAddress.Family.V4) {
            return new IpAddress(family, 0, field.get(struct, 0));
        }
        return new IpAddress(
                family,
                field.get(struct, 0) << 32 | field.get(struct, 1),
                field.get(struct, 2) << 32 | field.get(struct, 3));
    }

    static int number(IpAddress.Family family) {
        return family == IpAddress.Family.V4 ? Abi.FAMILY_V4 : Abi.FAMILY_V6;
    }

    static IpAddress.Family family(int number) {
        return number == Abi.FAMILY_V6 ? IpAddress.Family.V6 : IpAddress.Family.V4;
    }

    private static void clear(MemorySegment struct, Field field, int from) {
        for (int i = from; i < field.count(); i++) {
            field.set(struct, i, 0);
        }
    }
}
