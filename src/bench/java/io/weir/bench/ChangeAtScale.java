package io.weir.bench;

import io.weir.engine.Dataplane;
import io.weir.engine.Engine;
import io.weir.engine.Tallies;
import io.weir.engine.Event;
import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one API change costs with 1,000 proxies and 10,000 source routes, each with a target of its own, over a data path in
 * memory: from the command to the last write, and to the answer. Thread CPU time, as other work on the machine does not
 * count there, beside wall time.
 */
final class ChangeAtScale {

    private static final int PROXIES = 1_000;
    private static final int ROUTES_EACH = 10;
    private static final int ROUNDS = 41;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LastWrite dataplane = new LastWrite();
    private final Engine engine = new Engine(dataplane, target -> 0, Tallies.NONE, () -> 0);
    private long now = 1_000_000;

    private ChangeAtScale() {}

    public static void main(String[] arguments) {
        new ChangeAtScale().run();
    }

    private void run() {
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
        engine.tell(new Event.PathsChanged(Map.of()));
        List<Proxy> proxies = new ArrayList<>();
        for (int i = 0; i < PROXIES; i++) {
            proxies.add(proxy(i));
        }
        System.out.printf("%-16s %5s %32s %32s%n", "", "", "CPU ms to last write / answer", "wall ms to last write / answer");
        print("first, all", List.of(timed(new Event.Apply(new Desired(proxies, Settings.DEFAULT)))));
        List<String> names = List.of("add route", "change weights", "replace target", "remove route", "add proxy", "remove proxy");
        List<List<long[]>> samples = names.stream().<List<long[]>>map(name -> new ArrayList<>()).toList();
        for (int round = 0; round < ROUNDS; round++) {
            List<Event.Command> commands = commands(round);
            for (int i = 0; i < commands.size(); i++) {
                samples.get(i).add(timed(commands.get(i)));
            }
        }
        for (int i = 0; i < names.size(); i++) {
            print(names.get(i) + ", first", samples.get(i).subList(0, 1));
            print(names.get(i), samples.get(i).subList(1, ROUNDS));
        }
        for (int i = 0; i < 5; i++) {
            print("1,000 targets", List.of(timed(new Event.ReplaceTargets("p7", Optional.empty(), large(i)))));
        }
    }

    private static List<Event.Command> commands(int round) {
        String name = "p" + (round * 23) % PROXIES;
        Source source = new Source.Prefix(Cidr.parse("172.16." + round + ".0/24"));
        Group one = new Group(List.of(target(14_000 + round, 100)));
        Group halves = new Group(List.of(target(14_000 + round, 50), target(15_000 + round, 50)));
        Group shares = new Group(List.of(target(14_000 + round, 30 + round % 10), target(15_000 + round, 70 - round % 10)));
        return List.of(
                new Event.AddRoute(name, new SourceRoute(source, halves, false)),
                new Event.ReplaceTargets(name, Optional.of(source), shares),
                new Event.ReplaceTargets(name, Optional.of(source), one),
                new Event.RemoveRoute(name, source),
                new Event.AddProxy(proxy(PROXIES + round)),
                new Event.RemoveProxy("p" + (PROXIES + round)));
    }

    private long[] timed(Event.Command command) {
        now += 100;
        long wall = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        var answer = engine.submit(command);
        engine.runOnce(now);
        long[] sample = {
            dataplane.cpu - cpu, THREADS.getCurrentThreadCpuTime() - cpu, dataplane.wall - wall, System.nanoTime() - wall
        };
        answer.join();
        return sample;
    }

    private static void print(String what, List<long[]> samples) {
        System.out.printf("%-24s", what);
        for (int column = 0; column < 4; column++) {
            int of = column;
            long[] sorted = samples.stream().mapToLong(sample -> sample[of]).sorted().toArray();
            System.out.printf("%10.2f (max %6.2f)", sorted[sorted.length / 2] / 1e6, sorted[sorted.length - 1] / 1e6);
        }
        System.out.println();
    }

    private static Proxy proxy(int number) {
        List<SourceRoute> routes = new ArrayList<>();
        for (int i = 0; i < ROUTES_EACH; i++) {
            routes.add(new SourceRoute(
                    new Source.Prefix(Cidr.parse("192.168." + i + ".0/24")),
                    new Group(List.of(target((number * ROUTES_EACH + i) % 12_000 + 1_500, 100))),
                    false));
        }
        return new Proxy(
                "p" + number,
                new Listen(List.of("eth0"), 1_000 + number, Optional.empty(), Set.of(Protocol.TCP)),
                new Group(List.of(target(number, 100))),
                routes,
                List.of(),
                false,
                Optional.empty());
    }

    private static Group large(int round) {
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            targets.add(target(i, i == 0 ? 100 + round : 100));
        }
        return new Group(targets);
    }

    private static Target target(int number, int weight) {
        return Target.of(new Endpoint(new IpAddress(Family.V4, 0, 0x0A000001L + number), Optional.empty(), 8080), weight);
    }

    /** Holds nothing; knows when it was last written to. */
    private static final class LastWrite implements Dataplane {
        private long cpu;
        private long wall;

        @Override
        public Image read() {
            return Image.empty(new Image.Parameters(Settings.DEFAULT.timeouts(), false, false, -1));
        }

        @Override
        public void apply(Write write) {
            cpu = THREADS.getCurrentThreadCpuTime();
            wall = System.nanoTime();
        }

        @Override
        public void close() {}
    }
}
