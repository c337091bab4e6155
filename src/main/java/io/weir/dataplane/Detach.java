package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.Interfaces;
import io.weir.libbpf.TcDirection;
import io.weir.libbpf.TcFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Takes a data path off: hooks first, then maps, then what was changed at the host. Needs nothing of the process that put it
 * there, does nothing the second time, and leaves alone what that process did not make.
 */
public final class Detach {

    private Detach() {}

    /**
     * @return what was removed or restored, one line each
     * @throws DataplaneException if something could not be
     */
    public static List<String> everythingUnder(Path pinPath) {
        return everythingUnder(pinPath, TcHook.Kind.ofKernel());
    }

    static List<String> everythingUnder(Path pinPath, TcHook.Kind kind) {
        PinDirectory pins = new PinDirectory(pinPath);
        HostRecord record = new HostRecord(pinPath);
        HeldInterfaces held = new HeldInterfaces(record);
        List<String> done = new ArrayList<>();
        return KernelErrors.told(() -> {
            if (pins.exists()) {
                pins.requireBpfFileSystem();
            }
            record.requireHere(pins);
            if (pins.exists()) {
                pins.links().forEach((name, pin) -> done.add(take(name, pin)));
            }
            if (kind == TcHook.Kind.FILTER) {
                held.present().forEach((name, index) -> takeFilters(name, index, done));
            }
            takeClsact(record, done);
            pins.removeAll().forEach(directory -> done.add("removed " + directory));
            done.addAll(new Sysctls(record).restore());
            held.releaseAll();
            record.close();
            return done;
        });
    }

    private static String take(LinkName name, Path pin) {
        PinDirectory.takeOff(pin);
        return "detached " + name.fileName();
    }

    private static void takeFilters(String name, int index, List<String> done) {
        for (TcDirection direction : TcDirection.values()) {
            TcFilter filter = TcHook.filter(index, direction);
            if (filter.query().isPresent()) {
                filter.detach();
                done.add("detached TC " + direction.text() + " from " + name);
            }
        }
    }

    private static void takeClsact(HostRecord record, List<String> done) {
        for (HostRecord.Entry note : record.entries(TcHook.CLSACT)) {
            Interfaces.index(note.subject()).ifPresent(index -> {
                boolean bare = Stream.of(TcDirection.values()).allMatch(side -> TcFilter.hasNone(index, side));
                if (bare) {
                    TcFilter.destroyClsact(index);
                }
                done.add(
                        bare
                                ? "removed clsact from " + note.subject()
                                : "left clsact on " + note.subject() + ": it has filters of others");
            });
            record.remove(note);
        }
    }
}
