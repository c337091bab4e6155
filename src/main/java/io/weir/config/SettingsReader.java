package io.weir.config;

import io.weir.model.CircuitBreaker;
import io.weir.model.ControlPlane;
import io.weir.model.ControlPlane.Drains;
import io.weir.model.ControlPlane.HealthChecks;
import io.weir.model.HealthCheck;
import io.weir.model.Settings;
import io.weir.model.Settings.OnStop;
import io.weir.model.Settings.Timeouts;
import io.weir.model.Settings.XdpMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code :settings}. */
final class SettingsReader {

    static final String ALLOWED = "settings are a map";
    static final Map<String, XdpMode> XDP_MODES = Words.of(XdpMode.class);
    static final Map<String, OnStop> ON_STOP = Words.of(OnStop.class);

    private static final int MAX_CONNECTIONS = 16_777_216;
    /** The data path compares 32-bit ticks: far below their wrap-around of 49 days. */
    private static final long MAX_TIMEOUT_SECONDS = 604_800;

    private SettingsReader() {}

    static Optional<Settings> read(Value value) {
        return Section.open(value, ALLOWED).map(SettingsReader::settings);
    }

    private static Settings settings(Section section) {
        Settings defaults = Settings.DEFAULT;
        Settings settings = new Settings(
                section.optional("stats-enabled", Kind.flag(), defaults.statsEnabled()),
                timeouts(section, defaults.timeouts()),
                section.optional(
                        "max-connections",
                        Kind.whole("connections are", 1, MAX_CONNECTIONS),
                        defaults.maxConnections()),
                section.optional("xdp-mode", Kind.oneOf(XDP_MODES), defaults.xdpMode()),
                replyInterfaces(section),
                routeLocalnet(section),
                section.optional(
                        "pin-path",
                        value -> absolute(value, "write the whole path of a directory in bpffs, from /"),
                        defaults.pinPath()),
                section.optional("on-stop", Kind.oneOf(ON_STOP), defaults.onStop()),
                control(section));
        section.close();
        return settings;
    }

    private static Timeouts timeouts(Section section, Timeouts defaults) {
        Kind<Duration> seconds = Kind.seconds(1, MAX_TIMEOUT_SECONDS);
        return new Timeouts(
                section.optional("connection-timeout-sec", seconds, defaults.established()),
                section.optional("udp-timeout-sec", seconds, defaults.udp()),
                section.optional("syn-timeout-sec", seconds, defaults.syn()),
                section.optional("closing-timeout-sec", seconds, defaults.closing()));
    }

    private static Optional<List<String>> replyInterfaces(Section section) {
        Kind<List<String>> names = ListenReader.interfaces();
        return section.maybe("reply-interfaces", value -> isAuto(value) ? Optional.empty() : names.read(value));
    }

    private static Optional<Boolean> routeLocalnet(Section section) {
        return section.maybe("route-localnet", value -> {
            if (isAuto(value)) {
                return Optional.empty();
            }
            return value.edn() instanceof Edn.Flag flag
                    ? Optional.of(flag.value())
                    : value.refuseFor("write :auto, true or false");
        });
    }

    private static boolean isAuto(Value value) {
        return value.word().filter("auto"::equals).isPresent();
    }

    private static Optional<Path> absolute(Value value, String allowed) {
        return Kind.path()
                .read(value)
                .flatMap(path -> path.isAbsolute() && path.getNameCount() > 0
                        ? Optional.of(path.normalize())
                        : value.refuseFor(allowed));
    }

    private static ControlPlane control(Section section) {
        ControlPlane defaults = ControlPlane.DEFAULT;
        return new ControlPlane(
                health(section, defaults.health()),
                drains(section, defaults.drains()),
                section.optional("load-balancing", SectionReaders::loadBalancing, defaults.loadBalancing()),
                section.optional("rate-limits", SectionReaders::rateLimits, defaults.rateLimits()),
                section.optional("metrics", SectionReaders::metrics, defaults.metrics()),
                section.optional("admin-api", AdminApiReader::read, defaults.adminApi()),
                section.optional("access-log", SectionReaders::accessLog, defaults.accessLog()),
                section.maybe("dns-cache-path", Kind.path()),
                section.maybe("circuit-breaker", CircuitBreakerReader.over(CircuitBreaker.DEFAULT)),
                section.optional("cluster", ClusterReader::read, defaults.cluster()),
                section.maybe(
                        "vrrp-notify-fifo",
                        value -> absolute(value, "write the whole path that keepalived's vrrp_notify_fifo has")));
    }

    private static HealthChecks health(Section section, HealthChecks defaults) {
        return new HealthChecks(
                section.optional("health-check-enabled", Kind.flag(), defaults.enabled()),
                section.optional(
                        "health-check-defaults", HealthCheckReader.over(HealthCheck.DEFAULT), defaults.defaults()),
                section.optional("recovery-step-sec", Kind.seconds(0, 3600), defaults.recoveryStep()));
    }

    private static Drains drains(Section section, Drains defaults) {
        return new Drains(
                section.optional("default-drain-timeout-ms", Kind.millis(1000, 3_600_000), defaults.timeout()),
                section.optional("drain-check-interval-ms", Kind.millis(100, 60_000), defaults.checkInterval()));
    }
}
