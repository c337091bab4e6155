package io.weir.failover;

import java.util.List;

/** What makes a host a load balancer, beside keepalived. */
public interface Balancer extends AutoCloseable {

    /** Starts it, also where one was killed; returns when it forwards. */
    void start();

    /**
     * Returns when it and its peers know what the others know.
     *
     * @param alive hosts, itself included
     */
    void awaitPeers(int alive);

    /** Its processes that live. */
    List<Long> processes();

    /** What keepalived does when the VIPs come or go: lines for its sync group; may be empty. */
    String notifications();

    @Override
    void close();
}
