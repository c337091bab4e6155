package io.weir.model;

import io.weir.model.IpAddress.Family;
import io.weir.model.SourceRoute.Source;

/** Parts of a configuration that cannot stand together, where each by itself is right. Places count from 0. */
public sealed interface Contradiction {

    /** Of the proxy that may not be so: its place among the proxies. */
    int proxy();

    /** @param first the proxy that has the name */
    record NameTaken(int proxy, int first, String name) implements Contradiction {}

    /** @param first the proxy that has the listener */
    record ListenerTaken(int proxy, int first, Listener listener) implements Contradiction {}

    /** Clients of a source route are not of the VIP's family. */
    record RouteUnreachable(int proxy, int route, Source source, Family clients, Family vip) implements Contradiction {}

    /** @param first the source route that has the source */
    record SourceTaken(int proxy, int route, int first, Source source) implements Contradiction {}

    /** @param first the SNI route that has the name */
    record SniNameTaken(int proxy, int route, int first, String hostname) implements Contradiction {}

    record WrongSum(int proxy, GroupPlace group, int sum) implements Contradiction {}

    record TargetTwice(int proxy, GroupPlace group) implements Contradiction {}

    /** No target can serve the clients, who are all of one family. */
    record FamilyUnserved(int proxy, GroupPlace group, Family clients) implements Contradiction {}

    /** A target with a zone that cannot be served. */
    record LinkLocal(int proxy, Endpoint target, Why why) implements Contradiction {

        public enum Why {
            /** It is on another interface than its clients, and the settings want XDP there. */
            NEEDS_TC,
            /** The settings leave its interface out, and what it sends is never forwarded by the stack. */
            REPLIES_MISSED,
            /** Another target has the same address and port on another interface. */
            ALIKE
        }

        /** What is wrong and what to do, as after a colon. */
        public String text() {
            String zone = target.zone().orElse("");
            return switch (why) {
                case NEEDS_TC ->
                    target + " is on another interface than its clients, where only TC can send to: set :xdp-mode"
                            + " :auto or :tc, or use another address of that target";
                case REPLIES_MISSED -> target + " answers on " + zone + ", which :reply-interfaces leaves out: add it";
                case ALIKE ->
                    target + " is told from another target by its interface alone: its answers could not be; use"
                            + " another address or port";
            };
        }
    }

    /** A target ::1, whose clients come in by another interface than {@code lo}, where the settings want XDP. */
    record Loopback(int proxy, Endpoint target) implements Contradiction {

        /** What is wrong and what to do, as after a colon. */
        public String text() {
            return target + " takes packets of other interfaces by TC alone: set :xdp-mode :auto or :tc, or use another"
                    + " address of this host";
        }
    }

    /** A group of a proxy. */
    sealed interface GroupPlace {
        record Default() implements GroupPlace {}

        record OfSourceRoute(int route) implements GroupPlace {}

        record OfSniRoute(int route) implements GroupPlace {}
    }

    /** What makes two listeners the same to the data path: a VIP, or an interface, with port and protocol. */
    record Listener(Place place, int port, Protocol protocol) {

        public sealed interface Place {
            record Vip(IpAddress address) implements Place {}

            record Interface(String name) implements Place {}
        }
    }
}
