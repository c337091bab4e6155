package io.weir.examples;

import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;

/** Addresses, prefixes and endpoints are values: parsed from what a configuration writes, written the same. */
public final class AddressesExample {

    private AddressesExample() {}

    public static String describe(String address, String prefix, int port) {
        IpAddress ip = IpAddress.parse(address);
        Cidr network = Cidr.parse(prefix);
        Endpoint endpoint = Endpoint.of(address, port);
        return endpoint + " is IPv" + (ip.family() == Family.V4 ? 4 : 6) + " and "
                + (network.contains(ip) ? "in " : "not in ") + network;
    }
}
