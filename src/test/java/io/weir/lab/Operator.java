package io.weir.lab;

import io.weir.LoadBalancer;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Does at random what an operator may do, by the Java API, and tells a {@link StormLedger} first which servers a port may lead
 * to then. Never leaves a proxy without any target that may serve: its clients would wait in vain, as they should.
 */
final class Operator {

    /** Of ports whose proxies a reload changes. */
    private static final int MOST_CHANGED = 6;

    /** So long that no drain is over because of it. */
    private static final Duration DRAIN = Duration.ofMinutes(30);

    enum Action {
        CHANGE,
        DRAIN,
        DECLARE,
        CUT,
        RELOAD
    }

    private final Site site;
    private final LoadBalancer balancer;
    private final StormLedger ledger;
    private final Random random;
    private final int servers;
    private final int firstPort;
    private final Service[] services;
    private final Map<Action, Integer> done = new EnumMap<>(Action.class);

    /** @param services at so many ports from this one on, each to some of so many servers */
    Operator(
            Site site,
            LoadBalancer balancer,
            StormLedger ledger,
            Random random,
            int servers,
            int firstPort,
            int services) {
        this.site = site;
        this.balancer = balancer;
        this.ledger = ledger;
        this.random = random;
        this.servers = servers;
        this.firstPort = firstPort;
        this.services = new Service[services];
        Arrays.fill(this.services, new Service(new int[servers], 0, 0, 0));
    }

    /**
     * What a port's proxy is now; a bit for each server.
     *
     * @param weights all 0: there is no proxy
     */
    private record Service(int[] weights, int drained, int down, int cut) {

        int members() {
            int members = 0;
            for (int i = 0; i < weights.length; i++) {
                members |= weights[i] > 0 ? 1 << i : 0;
            }
            return members;
        }

        /** Who is merely cut off serves when nobody else is left. */
        int allowed() {
            int left = members() & ~drained & ~down;
            return (left & ~cut) != 0 ? left & ~cut : left;
        }

        /** What is known of a target is forgotten with it. */
        Service with(int[] others) {
            int stay = new Service(others, 0, 0, 0).members() & members();
            return new Service(others, drained & stay, down & stay, cut & stay);
        }

        boolean isListening() {
            return members() != 0;
        }
    }

    /** How often it has done what. */
    Map<Action, Integer> done() {
        return done;
    }

    int times() {
        return done.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** One action, which has come to the data path when this returns. */
    void act() {
        int port = random.nextInt(services.length);
        Action action = Action.values()[random.nextInt(Action.values().length)];
        boolean acted = switch (action) {
            case CHANGE -> change(port);
            case RELOAD -> reload();
            case DRAIN, DECLARE, CUT -> services[port].isListening() && toggle(port, action);
        };
        if (acted) {
            done.merge(action, 1, Integer::sum);
        }
    }

    private boolean change(int port) {
        boolean was = services[port].isListening();
        Service next = another(port);
        announce(port, next);
        if (!was) {
            balancer.proxies().add(proxy(port));
        } else if (next.isListening()) {
            balancer.proxies().replaceTargets(name(port), Site.group(site::serverV4, next.weights()));
        } else {
            balancer.proxies().remove(name(port));
        }
        return true;
    }

    private boolean reload() {
        Map<Integer, Proxy> proxies = new TreeMap<>();
        for (ProxyStatus status : balancer.status().proxies()) {
            proxies.put(status.proxy().listen().port() - firstPort, status.proxy());
        }
        // Each once: what a configuration says in between is nowhere.
        for (int port : random.ints(1 + random.nextInt(MOST_CHANGED), 0, services.length)
                .distinct()
                .toArray()) {
            announce(port, another(port));
            if (services[port].isListening()) {
                proxies.put(port, proxy(port));
            } else {
                proxies.remove(port);
            }
        }
        balancer.replace(new Desired(
                List.copyOf(proxies.values()), balancer.status().settings().orElseThrow()));
        return true;
    }

    /** Does something to one target that was not so, or takes it back; unless nobody would be left. */
    private boolean toggle(int port, Action action) {
        Service service = services[port];
        List<Integer> members = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            if (service.weights()[i] > 0) {
                members.add(i);
            }
        }
        int server = members.get(random.nextInt(members.size()));
        int bit = 1 << server;
        Service next = switch (action) {
            case DRAIN -> new Service(service.weights(), service.drained() ^ bit, service.down(), service.cut());
            case DECLARE -> new Service(service.weights(), service.drained(), service.down() ^ bit, service.cut());
            default -> new Service(service.weights(), service.drained(), service.down(), service.cut() ^ bit);
        };
        if (next.allowed() == 0) {
            return false;
        }
        announce(port, next);
        Endpoint target = site.serverV4(server + 1);
        switch (action) {
            case DRAIN -> drain(port, target, (next.drained() & bit) != 0);
            case DECLARE -> declare(port, target, (next.down() & bit) != 0);
            default -> cut(port, target, (next.cut() & bit) != 0);
        }
        return true;
    }

    private void drain(int port, Endpoint target, boolean begins) {
        if (begins) {
            balancer.drains().start(name(port), target, DRAIN);
        } else {
            balancer.drains().undrain(name(port), target);
        }
    }

    private void declare(int port, Endpoint target, boolean down) {
        if (down) {
            balancer.health().force(name(port), target, false);
        } else {
            balancer.health().release(name(port), target);
        }
    }

    private void cut(int port, Endpoint target, boolean open) {
        Optional<String> proxy = Optional.of(name(port));
        if (open) {
            balancer.circuits().open(proxy, target);
        } else if (random.nextBoolean()) {
            balancer.circuits().close(proxy, target);
        } else {
            balancer.circuits().reset(proxy, target);
        }
    }

    private void announce(int port, Service next) {
        ledger.change(port, next.allowed());
        services[port] = next;
    }

    /** Other targets or weights, of whom one may serve; or, of those that listen, sometimes none. */
    private Service another(int port) {
        if (services[port].isListening() && random.nextInt(4) == 0) {
            return services[port].with(new int[servers]);
        }
        Service next = services[port].with(weights());
        while (next.allowed() == 0) {
            next = services[port].with(weights());
        }
        return next;
    }

    /** Some servers, shares that sum to 100. */
    private int[] weights() {
        int[] weights = new int[servers];
        int chosen = 1 + random.nextInt((1 << servers) - 1);
        int left = 100;
        int more = Integer.bitCount(chosen);
        for (int i = 0; i < servers; i++) {
            if ((chosen & 1 << i) != 0) {
                weights[i] = --more == 0 ? left : 1 + random.nextInt(left - more);
                left -= weights[i];
            }
        }
        return weights;
    }

    private Proxy proxy(int port) {
        return Site.proxy(
                name(port),
                Site.listen(Optional.of(Site.VIP_V4), firstPort + port),
                Site.group(site::serverV4, services[port].weights()));
    }

    private static String name(int port) {
        return "proxy-" + port;
    }
}
