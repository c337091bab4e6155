package io.weir.config;

import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code :listen} of a proxy, and names of interfaces. */
final class ListenReader {

    static final String ALLOWED = "write a map such as {:interfaces [\"eth0\"] :port 80}";
    static final Map<String, Protocol> PROTOCOLS = Words.of(Protocol.class);

    private static final List<Protocol> BOTH = List.of(Protocol.TCP, Protocol.UDP);
    private static final String INTERFACES = "write a vector of interface names, at least one";

    private ListenReader() {}

    static Optional<Listen> read(Value value) {
        return Section.open(value, ALLOWED).flatMap(ListenReader::listen);
    }

    private static Optional<Listen> listen(Section section) {
        Optional<List<String>> interfaces =
                section.required("interfaces", Kind.atLeastOne(interfaces(), INTERFACES), INTERFACES);
        Optional<Integer> port = section.required("port", Kind.port(), "ports are 1-65535");
        Optional<IpAddress> address = section.maybe("address", ListenReader::address);
        String protocolsAllowed = "write a vector of :tcp and :udp, at least one";
        Optional<List<Protocol>> protocols = section.maybe(
                "protocols", Kind.atLeastOne(Kind.distinct(Kind.oneOf(PROTOCOLS), protocolsAllowed), protocolsAllowed));
        section.close();
        if (section.has("address") && address.isEmpty() || section.has("protocols") && protocols.isEmpty()) {
            // Without them it would match more than was meant, and seem to be in the way of others.
            return Optional.empty();
        }
        return interfaces.flatMap(
                names -> port.map(number -> new Listen(names, number, address, Set.copyOf(protocols.orElse(BOTH)))));
    }

    /** A vector of different interface names. */
    static Kind<List<String>> interfaces() {
        // The kernel's own rule (dev_valid_name): up to 15 bytes, no slash, colon or blank, not "." or "..".
        Kind<String> name = Kind.text(
                "(?!\\.{1,2}$)[\\x21-\\x7e&&[^/:]]{1,15}",
                "an interface name is 1 to 15 characters without / : or blanks");
        return Kind.distinct(name, INTERFACES);
    }

    private static Optional<IpAddress> address(Value value) {
        return Kind.address().read(value).flatMap(address -> {
            if (address.isUnspecified()) {
                return value.refuse(address + " is every address; leave :address out to match any");
            }
            return address.isMulticast()
                    ? value.refuse(address + " is a multicast address; a VIP is the address of one host")
                    : Optional.of(address);
        });
    }
}
