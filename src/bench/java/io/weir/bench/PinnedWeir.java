package io.weir.bench;

import io.weir.LoadBalancer;
import io.weir.config.ConfigFile;
import io.weir.dataplane.Detach;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.Xdp;
import io.weir.model.Desired;
import io.weir.testing.Leftovers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A load balancer in this process, in the calling thread's namespace; nothing of it is left when it closes. */
final class PinnedWeir implements AutoCloseable {

    private final Path pins;
    private final LoadBalancer loadBalancer;
    private final Thread cleaner = Thread.ofPlatform().unstarted(() -> Leftovers.remove(Leftovers.ownName(Bench.NAME)));

    /**
     * @param proxies EDN of the value of {@code :proxies}
     * @param connections what the tables hold
     */
    PinnedWeir(String proxies, int connections) {
        this.pins = Path.of("/sys/fs/bpf", Leftovers.ownName(Bench.NAME) + "-node");
        // Also when the run is interrupted: the programs go with their last pins when the process ends.
        Runtime.getRuntime().addShutdownHook(cleaner);
        this.loadBalancer = LoadBalancer.start(parse(proxies, connections));
    }

    LoadBalancer loadBalancer() {
        return loadBalancer;
    }

    Desired parse(String proxies, int connections) {
        return ConfigFile.parse(
                "{:proxies " + proxies + " :settings {:xdp-mode :native :connection-timeout-sec 86400 :max-connections "
                        + connections + " :pin-path \"" + pins + "\"}}",
                "bench");
    }

    /** The program on an interface. */
    BpfProgram xdp(String interfaceName) {
        return BpfProgram.ofId(Xdp.query(Router.index(interfaceName)).orElseThrow().programId());
    }

    Path pins() {
        return pins;
    }

    BpfMap map(String name) throws IOException {
        return new PinnedMaps(pins).open(name);
    }

    /** Megabytes of kernel memory by map, as the kernel says. */
    Map<String, Double> memory() throws IOException {
        Map<String, Double> megabytes = new TreeMap<>();
        for (Path pin : new PinnedMaps(pins).all()) {
            try (BpfMap map = BpfMap.open(pin)) {
                megabytes.put(pin.getFileName().toString(), KernelMemory.of(map));
            }
        }
        return megabytes;
    }

    /** The maps that take most. */
    String largest() throws IOException {
        return memory().entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(8)
                .map(entry -> entry.getKey() + " " + Numbers.text(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        loadBalancer.close();
        Detach.everythingUnder(pins);
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException alreadyEnding) {
            // the hook does the same
        }
    }
}
