package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.config.ConfigFile;
import io.weir.engine.Snapshot.HookStatus;
import io.weir.model.Desired;
import java.nio.file.Path;

/** Starting a load balancer from a configuration, asking how it is, and stopping it. */
public final class StartExample {

    private StartExample() {}

    /**
     * @param edn as in a configuration file; {@link ConfigFile#load} reads one
     * @return runs until it is closed; in the calling thread's network namespace
     */
    public static LoadBalancer start(String edn) {
        Desired desired = ConfigFile.parse(edn, "example");
        return LoadBalancer.start(desired);
    }

    /** From a file. */
    public static LoadBalancer start(Path file) {
        return LoadBalancer.start(ConfigFile.load(file));
    }

    public static void print(LoadBalancer lb) {
        System.out.println("forwarding as configured: " + lb.status().synchronised());
        for (HookStatus hook : lb.interfaces().list()) {
            System.out.println(hook.interfaceName() + ": " + hook.attached() + ", " + hook.why());
        }
        System.out.println("metrics: " + lb.metrics().lines().count() + " lines");
    }
}
