package io.weir.model;

import java.util.Comparator;

/**
 * A target as one proxy sees it: health, circuit, drain and weight are its own, whatever another proxy has to say about
 * the same endpoint.
 *
 * @param proxy the proxy's name
 */
public record ProxyTarget(String proxy, Endpoint endpoint) implements Comparable<ProxyTarget> {

    private static final Comparator<ProxyTarget> ORDER =
            Comparator.comparing(ProxyTarget::proxy).thenComparing(ProxyTarget::endpoint);

    @Override
    public int compareTo(ProxyTarget other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return proxy + " " + endpoint;
    }
}
