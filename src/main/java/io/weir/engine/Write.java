package io.weir.engine;

import io.weir.model.Endpoint;

/** One step from what is installed towards what should be. */
public sealed interface Write {

    record PutTarget(int index, Endpoint endpoint) implements Write {}

    record RemoveTarget(int index, Endpoint endpoint) implements Write {}

    /** Fills a slice no group points at. */
    record PutSlots(Image.Slice slice, Image.Slots slots) implements Write {}

    /** Switches a group to a slice, in one store; {@link Image.Slice#EMPTY} removes it. */
    record PutGroup(Image.GroupKey group, Image.Slice slice) implements Write {}

    record PutService(Image.ServiceKey key, Image.Service service) implements Write {}

    record RemoveService(Image.ServiceKey key) implements Write {}

    record PutRoute(Image.RouteKey key, Image.Route route) implements Write {}

    record RemoveRoute(Image.RouteKey key) implements Write {}

    /** @param bits PORT_* of abi.h, 0 to clear */
    record PutPort(int port, int bits) implements Write {}

    record PutParameters(Image.Parameters parameters) implements Write {}

    /**
     * Attaches, or replaces how (or to which index) the interface of that name was attached; does nothing when it is so
     * already.
     */
    record Attach(String interfaceName, Image.Hook hook) implements Write {}

    record Detach(String interfaceName) implements Write {}
}
