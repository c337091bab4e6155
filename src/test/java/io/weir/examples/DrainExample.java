package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.api.DrainReport;
import io.weir.model.Endpoint;
import java.time.Duration;
import java.util.List;

/** Letting a target go without tearing a connection. */
public final class DrainExample {

    private DrainExample() {}

    /**
     * Waits, for a while, until the connections that it has have ended.
     *
     * @param work what is done then
     * @return how it ended
     */
    public static List<DrainReport> replace(LoadBalancer lb, String proxy, Endpoint target, Runnable work) {
        lb.drains().start(proxy, target, Duration.ofSeconds(60)).thenAccept(over -> System.out.println(over));
        List<DrainReport> drains = lb.drains().await(target, Duration.ofSeconds(70));
        work.run();
        lb.drains().undrain(proxy, target);
        return drains;
    }
}
