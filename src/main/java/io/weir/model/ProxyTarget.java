package io.weir.model;

/**
 * A target as one proxy sees it: health, circuit, drain and weight are its own, whatever another proxy has to say about
 * the same endpoint.
 *
 * @param proxy the proxy's name
 */
public record ProxyTarget(String proxy, Endpoint endpoint) implements Comparable<ProxyTarget> {

    /** Written out, as that of {@link IpAddress}. */
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof ProxyTarget target
                        && endpoint.equals(target.endpoint)
                        && proxy.equals(target.proxy);
    }

    @Override
    public int hashCode() {
        return proxy.hashCode() * 31 + endpoint.hashCode();
    }

    @Override
    public int compareTo(ProxyTarget other) {
        int byProxy = proxy.compareTo(other.proxy);
        return byProxy != 0 ? byProxy : endpoint.compareTo(other.endpoint);
    }

    @Override
    public String toString() {
        return proxy + " " + endpoint;
    }
}
