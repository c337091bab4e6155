package io.weir;

import io.weir.cli.StatusView;
import io.weir.cli.StatusView.InterfaceView;
import io.weir.cli.StatusView.ListenerView;
import io.weir.cli.StatusView.TargetView;
import io.weir.cli.StatusView.VerdictView;
import io.weir.cli.StatusView.VolumeView;
import io.weir.dataplane.Counters;
import io.weir.engine.Image;
import io.weir.engine.Image.GroupKey;
import io.weir.engine.Image.Service;
import io.weir.engine.Image.ServiceKey;
import io.weir.engine.Image.Slots;
import io.weir.libbpf.Interfaces;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What an operator wants to know of a pinned data path, from its maps. */
final class PinnedStatus {

    private PinnedStatus() {}

    static StatusView of(Image image, Counters counters, Optional<String> elsewhere) {
        List<InterfaceView> interfaces = new TreeMap<>(image.hooks())
                .entrySet().stream()
                        .map(hook -> new InterfaceView(
                                hook.getKey(), hook.getValue().mode().name().toLowerCase(Locale.ROOT)))
                        .toList();
        List<VerdictView> verdicts = counters.verdicts().entrySet().stream()
                .map(of -> new VerdictView(
                        of.getKey().verdict().text(), of.getKey().text(), of.getValue()))
                .toList();
        return new StatusView(
                interfaces,
                elsewhere,
                listeners(image, elsewhere.isEmpty()),
                targets(image, counters),
                verdicts,
                counters.expiry().lost());
    }

    /** @param isHere whether numbers of interfaces are those of this network namespace */
    private static List<ListenerView> listeners(Image image, boolean isHere) {
        return image.services().entrySet().stream()
                .map(entry -> new ListenerView(
                        place(entry.getKey(), isHere),
                        entry.getKey().protocol().name().toLowerCase(Locale.ROOT),
                        shares(image, entry.getValue())))
                .sorted(Comparator.comparing(ListenerView::address).thenComparing(ListenerView::protocol))
                .toList();
    }

    private static String place(ServiceKey key, boolean isHere) {
        String where = key.address()
                .map(IpAddress::beforePort)
                .or(() -> isHere ? Interfaces.name(key.interfaceIndex()) : Optional.empty())
                .orElse("interface " + key.interfaceIndex());
        return where + ":" + key.port();
    }

    /** Of each family by itself, as a client of that family finds them. */
    private static Map<String, Double> shares(Image image, Service service) {
        Map<String, Double> shares = new TreeMap<>();
        for (Family family : Family.values()) {
            Optional.ofNullable(image.groups().get(new GroupKey(service.group(), family)))
                    .flatMap(slice -> Optional.ofNullable(image.slots().get(slice)))
                    .ifPresent(slots -> addShares(image, slots, shares));
        }
        return shares;
    }

    private static void addShares(Image image, Slots slots, Map<String, Double> shares) {
        double part = 100.0 / slots.targets().size();
        for (int index : slots.targets()) {
            Optional.ofNullable(image.targets().get(index))
                    .ifPresent(target -> shares.merge(target.toString(), part, Double::sum));
        }
    }

    private static List<TargetView> targets(Image image, Counters counters) {
        return image.targets().entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(entry -> {
                    Counters.TargetCounts counts = counters.target(entry.getKey());
                    return new TargetView(
                            entry.getValue().toString(),
                            counts.connections(),
                            new VolumeView(
                                    counts.active(),
                                    counts.packetsToTarget(),
                                    counts.bytesToTarget(),
                                    counts.packetsToClient(),
                                    counts.bytesToClient()));
                })
                .toList();
    }
}
