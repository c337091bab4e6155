package io.weir.model;

import java.time.Duration;

/** Where a target is: an address, or a name that the resolver turns into addresses. */
public sealed interface Destination {

    int port();

    /** Address or name, and port: what tells two targets of a group apart. */
    String text();

    record Fixed(Endpoint endpoint) implements Destination {
        @Override
        public String text() {
            return endpoint.toString();
        }

        @Override
        public int port() {
            return endpoint.port();
        }
    }

    /**
     * @param host a DNS name
     * @param port 1 to 65535
     * @param refresh how often the name is resolved again
     */
    record Named(String host, int port, Duration refresh) implements Destination {
        @Override
        public String text() {
            return host + ":" + port;
        }
    }
}
