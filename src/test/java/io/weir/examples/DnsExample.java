package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.probe.NameStatus;

/** The host names of targets. */
public final class DnsExample {

    private DnsExample() {}

    public static void print(LoadBalancer lb) {
        for (NameStatus name : lb.dns().list()) {
            System.out.println(name.host() + " is " + name.addresses() + ", "
                    + name.lastError().orElse("last looked up without an error"));
        }
    }

    /** Looks a name up now; when that fails, its addresses stay as they were. */
    public static NameStatus refresh(LoadBalancer lb, String host) {
        return lb.dns().resolveNow(host).toCompletableFuture().join();
    }
}
