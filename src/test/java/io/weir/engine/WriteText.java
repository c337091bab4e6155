package io.weir.engine;

import io.weir.engine.Image.Slice;
import io.weir.model.ControlPlane.Rate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes as an operator would read them. */
final class WriteText {

    private WriteText() {}

    static String of(Write write) {
        return switch (write) {
            case Write.PutTarget put -> "target " + put.index() + " = " + put.endpoint();
            case Write.RemoveTarget remove -> "target " + remove.index() + " removed, was " + remove.endpoint();
            case Write.PutSlots put -> "slots " + slice(put.slice()) + " = " + shares(put.slots());
            case Write.PutGroup put ->
                "group " + put.group().group() + " " + put.group().family()
                        + (put.slice().equals(Slice.EMPTY) ? " removed" : " = slots " + slice(put.slice()));
            case Write.PutService put ->
                "service " + service(put.key()) + " = proxy " + put.service().proxy() + " group "
                        + put.service().group() + flags(put.service());
            case Write.RemoveService remove -> "service " + service(remove.key()) + " removed";
            case Write.PutRoute put ->
                "route proxy " + put.key().proxy() + " " + put.key().source() + " = group "
                        + put.route().group() + (put.route().persistent() ? " PERSISTENT" : "");
            case Write.RemoveRoute remove ->
                "route proxy " + remove.key().proxy() + " " + remove.key().source() + " removed";
            case Write.PutPort put -> "port " + put.port() + " = " + ports(put.bits());
            case Write.PutParameters put ->
                "settings = idle " + put.parameters().timeouts().established().toSeconds() + " s"
                        + (put.parameters().events() ? " EVENTS" : "")
                        + (put.parameters().totals() ? " TOTALS" : "")
                        + limit(", of each source ", put.parameters().limits().perSource())
                        + limit(", of each target ", put.parameters().limits().perTarget());
            case Write.Attach attach ->
                "attach " + attach.interfaceName() + " index " + attach.hook().interfaceIndex() + " "
                        + attach.hook().mode();
            case Write.Detach detach -> "detach " + detach.interfaceName();
        };
    }

    private static String limit(String whose, Optional<Rate> limit) {
        return limit.map(rate -> whose + rate.perSecond() + "/s, " + rate.burst() + " at once")
                .orElse("");
    }

    private static String slice(Slice slice) {
        return slice.offset() + "+" + slice.size();
    }

    /** How many slots each target index has. */
    private static String shares(Image.Slots slots) {
        Map<Integer, Long> shares = slots.targets().stream()
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        return shares.entrySet().stream()
                .map(share -> share.getKey() + " x " + share.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String service(Image.ServiceKey key) {
        return key.address().map(Object::toString).orElse("interface " + key.interfaceIndex()) + " port " + key.port()
                + " " + key.protocol();
    }

    private static String flags(Image.Service service) {
        return service.flags().stream().sorted().map(flag -> " " + flag).collect(Collectors.joining());
    }

    private static String ports(int bits) {
        String text = ((bits & Ports.LISTENER_TCP) != 0 ? " listener TCP" : "")
                + ((bits & Ports.LISTENER_UDP) != 0 ? " listener UDP" : "")
                + ((bits & Ports.TARGET_TCP) != 0 ? " target TCP" : "")
                + ((bits & Ports.TARGET_UDP) != 0 ? " target UDP" : "");
        return text.isEmpty() ? "none" : text.trim();
    }
}
