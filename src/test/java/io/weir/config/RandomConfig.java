package io.weir.config;

import io.weir.model.AccessLog;
import io.weir.model.AdminApi;
import io.weir.model.CircuitBreaker;
import io.weir.model.Cluster;
import io.weir.model.ControlPlane;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.Desired;
import io.weir.model.Destination;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.HealthCheck;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SniRoute;
import io.weir.model.SourceRoute;
import io.weir.model.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Valid configurations of any shape, the same for the same seed. */
final class RandomConfig {

    private final Random random;
    private final Settings.XdpMode mode;
    /** Makes names, addresses and ports that must differ. */
    private int serial;

    RandomConfig(long seed) {
        random = new Random(seed);
        mode = pick(Settings.XdpMode.values());
    }

    Desired desired() {
        return new Desired(several(0, 4, this::proxy), settings());
    }

    private Proxy proxy() {
        serial++;
        boolean vip = random.nextBoolean();
        Listen listen = new Listen(
                List.of("eth" + serial, "br0." + serial),
                number(1, 65535),
                vip ? Optional.of(v4()) : Optional.empty(),
                pick(Set.of(Protocol.TCP), Set.of(Protocol.TCP, Protocol.UDP)));
        return new Proxy(
                "p" + serial + pick(".a", "_b", "-C"),
                listen,
                group(),
                several(0, 3, this::sourceRoute),
                several(0, 3, this::sniRoute),
                random.nextBoolean(),
                maybe(this::breaker));
    }

    private SourceRoute sourceRoute() {
        serial++;
        SourceRoute.Source source = random.nextBoolean()
                ? new SourceRoute.Source.Host("client-" + serial + ".example")
                : new SourceRoute.Source.Prefix(io.weir.model.Cidr.of(v4()));
        return new SourceRoute(source, group(), random.nextBoolean());
    }

    private SniRoute sniRoute() {
        serial++;
        return new SniRoute(pick("", "*.") + "site-" + serial + ".example", group(), random.nextBoolean());
    }

    /** Always with an IPv4 target, so that every group serves every VIP. */
    private Group group() {
        int size = pick(1, 1, 2, 3, 8, 9, 40);
        int[] weights = IntStream.range(0, size)
                .map(i -> size == 1 ? number(1, 100) : size <= 8 ? 100 / size : number(1, 65535))
                .toArray();
        if (size > 1 && size <= 8) {
            weights[0] += 100 % size;
        }
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Destination destination = i == 0 ? new Destination.Fixed(endpoint(v4())) : destination();
            targets.add(new Target(destination, weights[i], maybe(this::check)));
        }
        return new Group(targets);
    }

    private Destination destination() {
        serial++;
        boolean tc = mode == Settings.XdpMode.AUTO || mode == Settings.XdpMode.TC; // XDP sends to no other zone
        return switch (random.nextInt(tc ? 4 : 3)) {
            case 0 -> new Destination.Fixed(endpoint(v4()));
            case 1 ->
                new Destination.Fixed(endpoint(IpAddress.parse("2001:db8::" + Integer.toHexString(serial % 65536))));
            case 2 -> new Destination.Named("host-" + serial + ".example", port(), seconds(1, 86400));
            default ->
                new Destination.Fixed(new Endpoint(
                        IpAddress.parse("fe80::" + Integer.toHexString(serial % 65536)), Optional.of("eth0"), port()));
        };
    }

    private Endpoint endpoint(IpAddress address) {
        return new Endpoint(address, Optional.empty(), port());
    }

    private HealthCheck check() {
        Duration interval = millis(1000, 300_000);
        return new HealthCheck(
                pick(HealthCheck.Type.values()),
                "/" + pick("", "health", "a?b=\"c\"\\", "ü"),
                interval,
                millis(100, (int) Math.min(60_000, interval.toMillis())),
                number(1, 10),
                number(1, 10),
                several(1, 4, () -> number(100, 599)),
                maybe(() -> "check.example"),
                maybe(this::port),
                random.nextBoolean());
    }

    private CircuitBreaker breaker() {
        return new CircuitBreaker(
                random.nextBoolean(),
                number(1, 1_000_000),
                pick(1.0, 0.5, 1e-7, random.nextDouble() + Double.MIN_NORMAL),
                number(1, 1_000_000),
                millis(100, 3_600_000),
                number(1, 1_000_000),
                millis(1000, 3_600_000));
    }

    private Settings settings() {
        return new Settings(
                random.nextBoolean(),
                new Settings.Timeouts(
                        seconds(1, 604_800), seconds(1, 604_800), seconds(1, 604_800), seconds(1, 604_800)),
                number(1, 16_777_216),
                mode,
                maybe(() -> Stream.concat(Stream.of("eth0"), several(0, 2, () -> "reply" + serial++).stream())
                        .toList()),
                maybe(random::nextBoolean),
                Path.of("/sys/fs/bpf/", pick("weir", "a b", "\"quoted\"", "tab\tline\n")),
                pick(Settings.OnStop.values()),
                new ControlPlane(
                        new ControlPlane.HealthChecks(random.nextBoolean(), check(), seconds(0, 3600)),
                        new ControlPlane.Drains(millis(1000, 3_600_000), millis(100, 60_000)),
                        new ControlPlane.LoadBalancing(
                                pick(ControlPlane.Algorithm.values()), random.nextBoolean(), millis(100, 60_000)),
                        new ControlPlane.RateLimits(maybe(this::rate), maybe(this::rate)),
                        new ControlPlane.Metrics(random.nextBoolean(), v4(), number(1, 30_000), "/m"),
                        adminApi(),
                        new AccessLog(
                                random.nextBoolean(),
                                pick(AccessLog.Format.values()),
                                Path.of("logs", "access.log"),
                                number(1, 1_048_576),
                                number(1, 10_000),
                                number(1, 10_000_000)),
                        maybe(() -> Path.of("/var/lib/weir", "dns names")),
                        maybe(this::breaker),
                        cluster(),
                        maybe(() -> Path.of("/run/weir", "vrrp told"))));
    }

    private Rate rate() {
        return new Rate(number(1, 100_000_000), number(1, 100_000_000));
    }

    private AdminApi adminApi() {
        Optional<String> key = maybe(() -> "s3cret;\"\\{}[]");
        return new AdminApi(
                random.nextBoolean(),
                key.isPresent() ? v4() : IpAddress.parse(pick("127.0.0.1", "::1")),
                number(30_001, 65_535),
                key,
                key.isPresent() ? Optional.empty() : maybe(() -> Path.of("/etc/weir/key")),
                maybe(() -> Path.of("/etc/weir/read-only")),
                maybe(() -> new AdminApi.Tls(Path.of("cert.pem"), Path.of("key.pem"))),
                maybe(() -> several(0, 2, () -> pick("*", "https://example.com"))));
    }

    private Cluster cluster() {
        Duration ping = millis(100, 30_000);
        return new Cluster(
                random.nextBoolean(),
                maybe(() -> "lb-" + serial),
                v4(),
                port(),
                maybe(this::v4),
                several(
                        0,
                        3,
                        () -> new Cluster.Seed(
                                pick("10.0.0.1", "lb-2.example", "2001:db8::2", "fe80::2%eth0"), port())),
                new Cluster.Gossip(millis(50, 10_000), number(1, 10), millis(1000, 60_000)),
                new Cluster.Detection(
                        ping, millis(50, (int) Math.min(10_000, ping.toMillis())), number(1, 10), number(1, 10)),
                sync(),
                maybe(() -> Path.of("/etc/weir/keyring")),
                random.nextBoolean());
    }

    private Cluster.Sync sync() {
        boolean health = random.nextBoolean();
        return new Cluster.Sync(
                health,
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                health && random.nextBoolean() ? OptionalInt.of(number(2, 100)) : OptionalInt.empty());
    }

    private IpAddress v4() {
        serial++;
        return IpAddress.parse("10." + (serial >> 16 & 255) + "." + (serial >> 8 & 255) + "." + (serial & 255));
    }

    private int port() {
        return number(1, 65535);
    }

    private int number(int min, int max) {
        return random.nextInt(10) == 0 ? pick(min, max) : random.nextInt(min, max + 1);
    }

    private Duration seconds(int min, int max) {
        return Duration.ofSeconds(number(min, max));
    }

    private Duration millis(int min, int max) {
        return Duration.ofMillis(number(min, max));
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> List<T> several(int min, int max, Supplier<T> value) {
        return IntStream.range(0, random.nextInt(min, max + 1))
                .mapToObj(i -> value.get())
                .toList();
    }
}
