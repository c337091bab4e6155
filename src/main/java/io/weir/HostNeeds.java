package io.weir;

import io.weir.libbpf.Interfaces;
import io.weir.libbpf.Pins;
import io.weir.model.Desired;
import io.weir.model.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a configuration names that must be there on the host that runs it. Looks, and changes nothing. */
final class HostNeeds {

    private HostNeeds() {}

    /** What this host does not have of it, or this user may not read: one line each. */
    static List<String> lacking(Desired desired) {
        Settings settings = desired.settings();
        List<String> lacking = new ArrayList<>();
        Stream.concat(
                        desired.proxies().stream().flatMap(proxy -> proxy.listen().interfaces().stream()),
                        settings.replyInterfaces().stream().flatMap(List::stream))
                .distinct()
                .filter(name -> Interfaces.index(name).isEmpty())
                .map(name -> "there is no interface " + name)
                .forEach(lacking::add);
        if (!Pins.wouldLieInBpfFileSystem(settings.pinPath())) {
            lacking.add("the pin path " + settings.pinPath() + " does not lie in a BPF file system, which 'mount -t bpf"
                    + " bpf /sys/fs/bpf' makes there");
        }
        refusal(() -> Administration.requireFiles(settings.control().adminApi()))
                .ifPresent(lacking::add);
        refusal(() -> Clustering.requireKeyring(settings.control().cluster())).ifPresent(lacking::add);
        return lacking;
    }

    private static Optional<String> refusal(Runnable requirement) {
        try {
            requirement.run();
            return Optional.empty();
        } catch (IllegalStateException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }
}
