package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.engine.Image.RouteKey;
import io.weir.engine.Image.ServiceKey;
import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import io.weir.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Whatever happens, with a kernel that refuses at random: never a wrong target, and in the end all is as wanted. */
class ConvergenceTest {

    private static final List<String> INTERFACES = List.of("eth0", "eth1", "eth2");

    @Test
    void any_history_converges_without_a_wrong_target_on_the_way() {
        Seed.times(150, random -> settled(random, 60, false).assertAllIsAsWanted());
    }

    @Test
    void any_history_converges_although_writes_fail_at_random() {
        Seed.times(150, random -> settled(random, 60, true).assertAllIsAsWanted());
    }

    @Test
    void a_restart_writes_nothing() {
        Seed.times(100, random -> {
            History history = settled(random, 40, false);
            history.rig.dataplane.takeWrites();

            history.restart();

            assertThat(history.rig.dataplane.takeWrites()).isEmpty();
            history.assertAllIsAsWanted();
        });
    }

    @Test
    void applying_a_diff_gives_the_image_and_leaves_no_diff() {
        Seed.times(100, ConvergenceTest::diffLeadsThere);
    }

    private static void diffLeadsThere(Random random) {
        Image from = settled(random, 20, false).rig.dataplane.read();
        Image wanted = history(random, 20, false).rig.dataplane.read();

        RecordingDataplane dataplane = new RecordingDataplane();
        Diff.diff(dataplane.read(), from).forEach(dataplane::apply);
        assertThat(dataplane.read()).isEqualTo(from);

        assertThat(Diff.diff(wanted, wanted)).isEmpty();
        RecordingDataplane fresh = new RecordingDataplane();
        Diff.diff(fresh.read(), wanted).forEach(fresh::apply);
        assertThat(fresh.read()).isEqualTo(wanted);
        Image nothing = Image.empty(wanted.parameters());
        Diff.diff(fresh.read(), nothing).forEach(fresh::apply);
        assertThat(fresh.read()).isEqualTo(nothing);
    }

    @Test
    void ten_thousand_changes_never_lead_to_a_wrong_target() {
        Seed.times(1, random -> {
            History history = new History(true);
            for (int i = 0; i < 10_000; i++) {
                history.happen(random.nextInt());
            }
            history.settle();
            history.assertAllIsAsWanted();
        });
    }

    /** One to so many random events. */
    private static History history(Random random, int most, boolean failing) {
        History history = new History(failing);
        for (int i = random.nextInt(most); i >= 0; i--) {
            history.happen(random.nextInt());
        }
        return history;
    }

    private static History settled(Random random, int most, boolean failing) {
        History history = history(random, most, failing);
        history.settle();
        return history;
    }

    /** A random history: each number decides one event. Knows by itself who may be sent where. */
    private static final class History {
        private final Rig rig = new Rig();
        private final boolean failing;
        private final Map<String, Proxy> wanted = new HashMap<>();
        private final Set<String> present = new HashSet<>(INTERFACES);
        private final Random failures = new Random(1);
        private int nextIndex = 2;
        private final Map<String, Integer> indices = new HashMap<>();
        /** All that each listener or route was ever right to lead to since the data path last held all that was wanted. */
        private final Map<Object, Set<Endpoint>> allowed = new HashMap<>();

        History(boolean failing) {
            this.failing = failing;
            rig.dataplane.afterWrite = this::assertNoWrongTarget;
            restart();
        }

        void restart() {
            rig.restart();
            tellLinks();
            rig.tell(new Event.PathsChanged(Map.of()));
            rig.submit(new Event.Apply(desired()));
        }

        private Desired desired() {
            List<Proxy> proxies =
                    wanted.keySet().stream().sorted().map(wanted::get).toList();
            return new Desired(proxies, Settings.DEFAULT);
        }

        void happen(int number) {
            Random random = new Random(number);
            failNow(random);
            String name = "proxy" + random.nextInt(5);
            switch (random.nextInt(9)) {
                case 0, 1 -> put(proxy(name, random), random);
                case 2 -> remove(name);
                case 3, 4 -> regroup(name, random);
                case 5 -> addRoute(name, random);
                case 6 -> flip(INTERFACES.get(random.nextInt(INTERFACES.size())));
                case 7 -> {
                    rig.flows.put(random.nextInt(1, 12), (long) random.nextInt(2));
                    rig.pass(random.nextInt(90_000));
                }
                default -> {
                    if (random.nextInt(4) == 0) {
                        restart();
                    } else {
                        rig.pass(random.nextInt(3_000));
                    }
                }
            }
        }

        private void failNow(Random random) {
            int kind = failing ? random.nextInt(4) : 0;
            rig.dataplane.refuses = write -> kind == 1 && failures.nextInt(6) == 0;
            rig.dataplane.lies = write -> kind == 2 && failures.nextInt(6) == 0;
            rig.dataplane.unreadable = kind == 3 && failures.nextInt(3) == 0;
        }

        /** Either a command of its own or a whole configuration. */
        private void put(Proxy proxy, Random random) {
            Proxy before = wanted.put(proxy.name(), proxy);
            allowAll();
            if (before == null && random.nextBoolean()) {
                submit(new Event.AddProxy(proxy), () -> wanted.remove(proxy.name()));
            } else {
                submit(new Event.Apply(desired()), () -> restoreTo(proxy.name(), before));
            }
        }

        private void restoreTo(String name, Proxy before) {
            if (before == null) {
                wanted.remove(name);
            } else {
                wanted.put(name, before);
            }
        }

        private void remove(String name) {
            Proxy before = wanted.remove(name);
            if (before != null) {
                submit(new Event.RemoveProxy(name), () -> wanted.put(name, before));
            }
        }

        private void regroup(String name, Random random) {
            Proxy before = wanted.get(name);
            if (before != null) {
                Group group = group(random);
                wanted.put(name, Proxies.withDefaultGroup(before, group));
                allowAll();
                submit(new Event.ReplaceTargets(name, Optional.empty(), group), () -> wanted.put(name, before));
            }
        }

        private void addRoute(String name, Random random) {
            Proxy before = wanted.get(name);
            if (before == null) {
                return;
            }
            Source source = new Source.Prefix(Cidr.parse("192.168." + random.nextInt(3) + ".0/24"));
            List<SourceRoute> routes = new ArrayList<>(before.sourceRoutes());
            boolean there = routes.removeIf(route -> route.source().equals(source));
            SourceRoute route = new SourceRoute(source, group(random), random.nextBoolean());
            if (!there) {
                routes.add(route);
            }
            wanted.put(name, Proxies.withRoutes(before, routes));
            allowAll();
            submit(
                    there ? new Event.RemoveRoute(name, source) : new Event.AddRoute(name, route),
                    () -> wanted.put(name, before));
        }

        /** Commands are only refused when nothing changed: a data path that cannot be read takes nothing in. */
        private void submit(Event.Command command, Runnable undo) {
            boolean unreadable = rig.dataplane.unreadable;
            long generation = rig.engine.snapshot().generation();
            var answer = rig.submit(command);
            if (answer.isCompletedExceptionally()
                    && (answer.exceptionNow() instanceof RefusedException
                            || (unreadable && answer.exceptionNow().getMessage().startsWith("cannot read")))) {
                undo.run();
            }
            assertThat(rig.engine.snapshot().generation()).isGreaterThan(generation);
            if (rig.engine.snapshot().synchronised()) {
                allowed.clear();
                allowAll();
            }
        }

        private void flip(String name) {
            if (!present.remove(name)) {
                present.add(name);
                indices.remove(name);
            }
            tellLinks();
        }

        private void tellLinks() {
            Map<String, Event.Link> links = new HashMap<>();
            present.forEach(name -> links.put(name, new Event.Link(indices.computeIfAbsent(name, key -> nextIndex++))));
            allowAll();
            rig.tell(new Event.LinksChanged(links));
        }

        void settle() {
            rig.dataplane.refuses = write -> false;
            rig.dataplane.lies = write -> false;
            rig.dataplane.unreadable = false;
            rig.pass(11_000);
            // What was told while the data path could not be read, told again as an operator would.
            rig.submit(new Event.Apply(desired()));
        }

        void assertAllIsAsWanted() {
            assertThat(rig.engine.snapshot().synchronised()).isTrue();
            assertThat(rig.engine.snapshot().lastError()).isEmpty();
            Map<Object, Set<Endpoint>> leads = new HashMap<>();
            wanted.values().forEach(proxy -> {
                keys(proxy).forEach(key -> leads.put(key, endpoints(proxy.defaultGroup())));
            });
            Map<Object, Set<Endpoint>> really = new HashMap<>();
            rig.dataplane.services.forEach((key, service) -> really.put(key, rig.dataplane.reachable(service.group())));
            assertThat(really).isEqualTo(leads);
            assertThat(rig.dataplane.routes)
                    .hasSize(wanted.values().stream()
                            .filter(proxy -> !keys(proxy).isEmpty())
                            .mapToInt(proxy -> proxy.sourceRoutes().size())
                            .sum());
            rig.dataplane
                    .services
                    .values()
                    .forEach(service ->
                            assertThat(rig.engine.snapshot().proxyNames()).containsKey(service.proxy()));
            assertThat(rig.dataplane.hooks.keySet())
                    .isEqualTo(rig.engine.snapshot().hooks().stream()
                            .filter(hook -> hook.attached().isPresent())
                            .map(Snapshot.HookStatus::interfaceName)
                            .collect(java.util.stream.Collectors.toSet()));
        }

        private void allowAll() {
            wanted.values().forEach(proxy -> {
                Set<Endpoint> targets = endpoints(proxy.defaultGroup());
                keys(proxy)
                        .forEach(key -> allowed.computeIfAbsent(key, k -> new TreeSet<>())
                                .addAll(targets));
                proxy.sourceRoutes()
                        .forEach(route -> keys(proxy)
                                .forEach(key -> allowed.computeIfAbsent(
                                                List.of(place(key), prefix(route)), k -> new TreeSet<>())
                                        .addAll(endpoints(route.group()))));
            });
        }

        private void assertNoWrongTarget() {
            rig.dataplane.services.forEach((key, service) -> {
                assertThat(allowed.getOrDefault(key, Set.of()))
                        .as("listener %s", key)
                        .containsAll(rig.dataplane.reachable(service.group()));
                rig.dataplane.routes.forEach((route, to) -> assertRoute(key, service, route, to));
            });
        }

        private void assertRoute(ServiceKey key, Image.Service service, RouteKey route, Image.Route to) {
            if (route.proxy() == service.proxy() && service.flags().contains(Image.ServiceFlag.ROUTES)) {
                assertThat(allowed.getOrDefault(List.of(place(key), route.source()), Set.of()))
                        .as("route %s of listener %s", route.source(), key)
                        .containsAll(rig.dataplane.reachable(to.group()));
            }
        }

        /** Routes belong to a proxy: a protocol it is about to drop may already follow its new routes. */
        private static ServiceKey place(ServiceKey key) {
            return new ServiceKey(key.address(), key.interfaceIndex(), key.port(), Protocol.TCP);
        }

        private static Cidr prefix(SourceRoute route) {
            return ((Source.Prefix) route.source()).cidr();
        }

        private Set<ServiceKey> keys(Proxy proxy) {
            Set<ServiceKey> keys = new HashSet<>();
            for (Protocol protocol : proxy.listen().protocols()) {
                int port = proxy.listen().port();
                if (proxy.listen().address().isPresent()) {
                    keys.add(new ServiceKey(proxy.listen().address(), 0, port, protocol));
                } else {
                    proxy.listen().interfaces().stream()
                            .filter(present::contains)
                            .map(indices::get)
                            .filter(java.util.Objects::nonNull)
                            .forEach(index -> keys.add(new ServiceKey(Optional.empty(), index, port, protocol)));
                }
            }
            return keys;
        }

        private static Set<Endpoint> endpoints(Group group) {
            Set<Endpoint> endpoints = new TreeSet<>();
            group.targets().forEach(target -> endpoints.add(((Destination.Fixed) target.destination()).endpoint()));
            return endpoints;
        }

        /** Few ports, VIPs and targets, so that everything meets everything. */
        private static Proxy proxy(String name, Random random) {
            Optional<IpAddress> vip = random.nextInt(3) == 0
                    ? Optional.of(IpAddress.parse("10.9.0." + random.nextInt(1, 3)))
                    : Optional.empty();
            Listen listen = new Listen(
                    List.of(INTERFACES.get(random.nextInt(3))),
                    80 + random.nextInt(3),
                    vip,
                    random.nextBoolean() ? Set.of(Protocol.TCP) : Set.of(Protocol.TCP, Protocol.UDP));
            return new Proxy(name, listen, group(random), List.of(), List.of(), random.nextBoolean(), Optional.empty());
        }

        private static Group group(Random random) {
            int size = random.nextInt(1, 4);
            Set<Endpoint> endpoints = new HashSet<>();
            endpoints.add(Endpoint.of("10.0.0." + random.nextInt(1, 8), 8080));
            while (endpoints.size() < size) {
                endpoints.add(
                        random.nextInt(4) == 0
                                ? Endpoint.of("2001:db8::" + random.nextInt(1, 4), 8080)
                                : Endpoint.of("10.0.0." + random.nextInt(1, 8), 8080));
            }
            int[] weights = size == 1
                    ? new int[] {100}
                    : size == 2 ? new int[] {50, 50} : new int[] {10 * random.nextInt(1, 5), 10, 0};
            if (size == 3) {
                weights[2] = 100 - weights[0] - weights[1];
            }
            List<Target> targets = new ArrayList<>();
            for (Endpoint endpoint : new TreeSet<>(endpoints)) {
                targets.add(Target.of(endpoint, weights[targets.size()]));
            }
            return new Group(targets);
        }
    }
}
