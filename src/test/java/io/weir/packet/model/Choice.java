package io.weir.packet.model;

import io.weir.dataplane.Reason;
import io.weir.model.Cidr;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.Protocol;
import io.weir.packet.Role;
import io.weir.packet.Setup;
import io.weir.packet.Side;
import io.weir.policy.FlowHash;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the node said: listeners, routes, targets, and which of them a new flow is for. */
final class Choice {

    private final Setup setup;

    Choice(Setup setup) {
        this.setup = setup;
    }

    /** @param refused NONE if there is a target */
    record Result(Reason refused, int target) {}

    boolean isListened(int port, int protocol) {
        return setup.listeners().stream()
                .anyMatch(listener -> listener.port() == port
                        && listener.protocols().stream().anyMatch(one -> one.number() == protocol));
    }

    boolean isTargetPort(int port) {
        for (Role role : Role.values()) {
            if (role.isTarget() && role.port() == port) {
                return true;
            }
        }
        return false;
    }

    Role role(int target) {
        return Role.values()[target / 2];
    }

    /** The number of the target at an endpoint. */
    Optional<Integer> target(IpAddress address, int port) {
        for (Role role : Role.values()) {
            if (role.isTarget() && role.address(address.family()).equals(address) && role.port() == port) {
                return Optional.of(Setup.index(role, address.family()));
            }
        }
        return Optional.empty();
    }

    /** By VIP; else, for what has no tag, by interface. */
    Optional<Setup.Listener> listener(Reading packet, Side side) {
        List<Setup.Listener> right = setup.listeners().stream()
                .filter(listener -> listener.port() == packet.destinationPort)
                .filter(listener -> listener.protocols().contains(Protocol.ofNumber(packet.protocol)))
                .toList();
        Optional<Setup.Listener> byAddress = right.stream()
                .filter(listener -> listener.address().equals(Optional.of(packet.destination)))
                .findFirst();
        if (byAddress.isPresent() || packet.tagged) {
            return byAddress;
        }
        return right.stream()
                .filter(listener -> listener.address().isEmpty() && listener.side() == side)
                .findFirst();
    }

    Result choose(Setup.Listener listener, Reading packet) {
        List<Integer> inTurn = inTurn(listener, packet);
        if (!inTurn.isEmpty()) {
            return new Result(Reason.NONE, inTurn.getFirst());
        }
        Family other = packet.family == Family.V4 ? Family.V6 : Family.V4;
        boolean isOfOther = !slots(group(listener, packet), other).isEmpty();
        return new Result(isOfOther ? Reason.NO_TARGET_OF_FAMILY : Reason.NO_TARGET, 0);
    }

    /** The targets of a flow's slot and of those behind it, all around. */
    List<Integer> inTurn(Setup.Listener listener, Reading packet) {
        List<Integer> slots = slots(group(listener, packet), packet.family);
        boolean persistent =
                route(listener, packet).map(Setup.SourceRoute::persistent).orElse(listener.persistent());
        int hash = persistent
                ? FlowHash.ofClient(setup.seed(), packet.source)
                : FlowHash.of(
                        setup.seed(),
                        packet.source,
                        packet.sourcePort,
                        packet.destination,
                        packet.destinationPort,
                        Protocol.ofNumber(packet.protocol));
        int own = slots.isEmpty() ? 0 : FlowHash.slot(hash, slots.size());
        return Stream.concat(slots.subList(own, slots.size()).stream(), slots.subList(0, own).stream())
                .toList();
    }

    private int group(Setup.Listener listener, Reading packet) {
        return route(listener, packet).map(Setup.SourceRoute::group).orElse(listener.group());
    }

    private Optional<Setup.SourceRoute> route(Setup.Listener listener, Reading packet) {
        return setup.routes().stream()
                .filter(one -> one.proxy() == listener.proxy())
                .filter(one -> new Cidr(one.network(), one.bits()).contains(packet.source))
                .max(Comparator.comparingInt(Setup.SourceRoute::bits));
    }

    private List<Integer> slots(int group, Family family) {
        return setup.slots().getOrDefault(new Setup.Slice(group, family), List.of());
    }
}
