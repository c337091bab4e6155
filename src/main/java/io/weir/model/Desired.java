package io.weir.model;

import java.util.List;

/** What the operator wants: a whole, validated configuration. */
public record Desired(List<Proxy> proxies, Settings settings) {

    public Desired {
        proxies = List.copyOf(proxies);
    }
}
