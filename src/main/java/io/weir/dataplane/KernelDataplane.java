package io.weir.dataplane;

import io.weir.engine.ActiveFlows;
import io.weir.engine.Dataplane;
import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.engine.Tallies;
import io.weir.engine.Tally;
import io.weir.engine.Write;
import io.weir.flow.OwnFlows;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Settings;
import io.weir.stats.EventSource;
import io.weir.stats.TrackedFlows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data path in this host's kernel: maps, programs and hooks, pinned so that they outlive the process. Opening adopts what
 * an earlier process left; closing leaves it forwarding.
 */
public final class KernelDataplane implements Dataplane, ActiveFlows, Tallies, TrackedFlows {

    private static final Logger LOG = LoggerFactory.getLogger(KernelDataplane.class);

    private final Loaded loaded;
    private final ConfigTables tables;
    private final Attachments attachments;
    private final Sysctls sysctls;
    private final Settings settings;
    private final Counters counters;
    private final HalfOpenTargets halfOpen;
    private final Ending ending;
    private final LinkTable links;
    private final ShadowTargets shadowTargets;
    private final List<String> hostChanges = new ArrayList<>();
    private boolean balancesIpv6;
    private boolean balancesLoopback;

    private KernelDataplane(Settings settings, Loaded loaded, Sysctls sysctls) {
        this.settings = settings;
        this.loaded = loaded;
        this.sysctls = sysctls;
        this.tables = new ConfigTables(loaded.objects()::map);
        tables.begin();
        this.attachments = loaded.attachments();
        this.counters = new Counters(loaded.objects()::map);
        this.halfOpen = new HalfOpenTargets(loaded.objects().map(MapShape.HALF_OPEN));
        this.ending = new Ending(loaded.objects()::map);
        this.links = new LinkTable(loaded.objects().map(MapShape.LINKS));
        this.shadowTargets = new ShadowTargets(loaded.objects()::map, tables.targets(), System::nanoTime);
        networkChanged();
    }

    /**
     * Loads the programs, adopts or makes the maps under the pin path, and gives hooks that are attached the new programs.
     *
     * @param listening interfaces on which clients come in
     * @throws DataplaneException if the kernel, the pin path or the build do not allow it
     */
    public static KernelDataplane open(Settings settings, ObjectFiles files, Set<String> listening) {
        return open(
                settings,
                new Loaded.How(files, TcHook.Kind.ofKernel(), Set.copyOf(listening), Takeover.Steps.UNWATCHED));
    }

    static KernelDataplane open(Settings settings, Loaded.How how) {
        return KernelErrors.told(() -> {
            HostRecord record = new HostRecord(settings.pinPath());
            Loaded loaded = Loaded.load(settings, record, how);
            try {
                LOG.info("{}", loaded.summary());
                return new KernelDataplane(settings, loaded, new Sysctls(record));
            } catch (RuntimeException failed) {
                loaded.close();
                throw failed;
            }
        });
    }

    @Override
    public Image read() {
        return KernelErrors.told(() -> {
            Image image = tables.read(attachments.read());
            image.targets().values().forEach(this::note);
            return image;
        });
    }

    @Override
    public void apply(Write write) {
        KernelErrors.told(() -> {
            switch (write) {
                case Write.Attach attach -> attach(attach.interfaceName(), attach.hook());
                case Write.Detach detach -> attachments.detach(detach.interfaceName());
                case Write.PutTarget put -> {
                    tables.apply(put);
                    if (note(put.endpoint())) {
                        attachments.read().keySet().forEach(this::prepare);
                    }
                }
                default -> tables.apply(write);
            }
            return true;
        });
    }

    /** Cached next hops are stale from now on: with the node dead, they are still renewed every second. */
    @Override
    public void networkChanged() {
        KernelErrors.told(() -> {
            links.refresh(attachments.isAnyNative());
            tables.settings().raiseGeneration();
            return true;
        });
    }

    @Override
    public Map<String, Attachment> attachments() {
        return attachments.reasons();
    }

    @Override
    public long flowsOn(int target) {
        return KernelErrors.told(() -> {
            long own = halfOpen.on(target) + counters.active(target);
            return own > 0 || !shadowTargets.has(target) ? own : 1; // a peer's flow may come here yet
        });
    }

    @Override
    public long flowsOn(int proxy, int target) {
        return KernelErrors.told(() -> halfOpen.on(proxy, target) + counters.active(proxy, target));
    }

    @Override
    public Map<Integer, Tally> tallies(Set<Integer> targets) {
        return KernelErrors.told(() -> {
            Map<Integer, Tally> tallies = new HashMap<>();
            counters.targets(targets).forEach((target, counts) -> tallies.put(target, counts.tally()));
            return tallies;
        });
    }

    /** What this host's kernel was told besides, one line each: settings that forwarding needs. */
    List<String> hostChanges() {
        return List.copyOf(hostChanges);
    }

    /** Counters of packets, targets and tables; readable from any thread until this closes. */
    public Counters counters() {
        return counters;
    }

    /** At most so many confirmed flows, in no order. */
    public List<Flow> flows(int limit) {
        return KernelErrors.told(() -> new FlowTable(loaded.objects()::map, tables.settings()).read(_ -> true, limit));
    }

    @Override
    public void walk(Predicate<TrackedFlow> visitor) {
        KernelErrors.told(() -> {
            new FlowTable(loaded.objects()::map, tables.settings()).walk(visitor);
            return true;
        });
    }

    @Override
    public void end(List<Flow> flows) {
        KernelErrors.told(() -> {
            ending.end(flows);
            return true;
        });
    }

    /** The events of flows that open and close. One reader at a time, which closes it before this is closed. */
    public EventSource events() {
        return KernelErrors.told(
                () -> new FlowEvents(loaded.objects().map(MapShape.EVENTS), loaded.jiffies(), counters));
    }

    /**
     * The flows of peers, held ready; those that an earlier process put are among them. Closed before this is closed.
     *
     * @param proxyNames names of proxies by number, another map whenever they change
     */
    public ShadowTable shadows(Supplier<Map<Integer, String>> proxyNames) {
        return KernelErrors.told(() -> new ShadowTable(loaded.objects(), loaded.jiffies(), new ProxyNames(proxyNames)));
    }

    /**
     * The flows this node carries, as it tells them to peers.
     *
     * @param proxyNames names of proxies by number, another map whenever they change
     */
    public OwnFlows ownFlows(Supplier<Map<Integer, String>> proxyNames) {
        return new OwnFlowTable(loaded.objects()::map, loaded.jiffies(), new ProxyNames(proxyNames), counters);
    }

    private void attach(String name, Image.Hook hook) {
        Attachment wanted = Attachments.choose(name, hook);
        prepare(name);
        // A native program must find the interfaces it cannot redirect to left out before its first packet.
        links.refresh(attachments.isAnyNative() || wanted.mode() == Settings.XdpMode.NATIVE);
        attachments.attach(name, hook, wanted);
        links.refresh(attachments.isAnyNative());
    }

    /** What forwarding from an interface needs; before its first packet is looked at. */
    private void prepare(String name) {
        List<String> changes = new ArrayList<>(sysctls.forwardIpv4(name));
        if (balancesIpv6) {
            changes.addAll(sysctls.forwardIpv6(name));
        }
        if (settings.routeLocalnet().orElse(balancesLoopback)) {
            changes.addAll(sysctls.routeLocalnet(name));
        }
        changes.forEach(change -> LOG.info("{}", change));
        hostChanges.addAll(changes);
    }

    /** @return whether the host has to be prepared for this target */
    private boolean note(Endpoint target) {
        boolean ipv6 = target.address().family() == IpAddress.Family.V6;
        boolean loopback = !ipv6 && target.address().isLoopback();
        boolean news = (ipv6 && !balancesIpv6) || (loopback && !balancesLoopback);
        balancesIpv6 |= ipv6;
        balancesLoopback |= loopback;
        return news;
    }

    @Override
    public void close() {
        shadowTargets.close();
        tables.close();
        loaded.close();
    }
}
