package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.Errno;
import io.weir.libbpf.Interfaces;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which interfaces a data path is attached to, as its record says. An interface has one data path: two would each take the
 * other's packets for strangers', and on kernels before 6.6 their filters would replace each other.
 */
final class HeldInterfaces {

    private static final String KIND = "interface";

    private final HostRecord record;

    HeldInterfaces(HostRecord record) {
        this.record = record;
    }

    /**
     * Takes an interface for this data path.
     *
     * @throws DataplaneException if another one has it, naming that
     */
    void take(String name, int index) {
        HostLock.holding(() -> {
            record.others().stream()
                    .filter(other -> is(other.find(KIND, name), index))
                    .findFirst()
                    .ifPresent(other -> {
                        throw new DataplaneException(
                                "interface " + name + " is held by the data path under " + other.pinPath()
                                        + ": take it out of one of the two configurations, or take that data path off"
                                        + " (weir detach --pin-path " + other.pinPath() + ")",
                                Errno.EBUSY);
                    });
            note(name, index);
            return true;
        });
    }

    /** That it is attached already. */
    void note(String name, int index) {
        if (!is(record.find(KIND, name), index)) {
            release(name); // one that had this name before
            record.add(List.of(new HostRecord.Entry(KIND, name, String.valueOf(index))));
        }
    }

    void release(String name) {
        record.find(KIND, name).ifPresent(record::remove);
    }

    void releaseAll() {
        record.entries(KIND).forEach(record::remove);
    }

    /** Those that still exist, by the name they have now. */
    Map<String, Integer> present() {
        Map<String, Integer> present = new TreeMap<>();
        for (HostRecord.Entry entry : record.entries(KIND)) {
            int index = Integer.parseInt(entry.before());
            Interfaces.name(index).ifPresent(name -> present.put(name, index));
        }
        return present;
    }

    private static boolean is(Optional<HostRecord.Entry> entry, int index) {
        return entry.filter(held -> held.before().equals(String.valueOf(index))).isPresent();
    }
}
