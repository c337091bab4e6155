package io.weir.config;

import io.weir.model.AccessLog;
import io.weir.model.ControlPlane.Algorithm;
import io.weir.model.ControlPlane.LoadBalancing;
import io.weir.model.ControlPlane.Metrics;
import io.weir.model.ControlPlane.Rate;
import io.weir.model.ControlPlane.RateLimits;
import java.util.Map;
import java.util.Optional;

/** The small sections of the settings. */
final class SectionReaders {

    static final Map<String, Algorithm> ALGORITHMS = Words.of(Algorithm.class);
    static final Map<String, AccessLog.Format> FORMATS = Words.of(AccessLog.Format.class);

    private SectionReaders() {}

    static Optional<LoadBalancing> loadBalancing(Value value) {
        LoadBalancing defaults = LoadBalancing.DEFAULT;
        return Section.open(value, "write a map such as {:algorithm :weighted-random}")
                .map(section -> {
                    LoadBalancing read = new LoadBalancing(
                            section.optional("algorithm", Kind.oneOf(ALGORITHMS), defaults.algorithm()),
                            section.optional("weighted", Kind.flag(), defaults.weighted()),
                            section.optional(
                                    "update-interval-ms", Kind.millis(100, 60_000), defaults.updateInterval()));
                    section.close();
                    return read;
                });
    }

    static Optional<RateLimits> rateLimits(Value value) {
        return Section.open(value, "write a map of :per-source and :per-backend")
                .map(section -> {
                    RateLimits read = new RateLimits(
                            section.maybe("per-source", SectionReaders::rate),
                            section.maybe("per-backend", SectionReaders::rate));
                    section.close();
                    return read;
                });
    }

    private static Optional<Rate> rate(Value value) {
        return Section.open(value, "write a map such as {:requests-per-sec 100 :burst 200}")
                .flatMap(section -> {
                    Kind<Integer> rates = Kind.whole("rates are", 1, Rate.MAX);
                    Optional<Integer> perSecond =
                            section.required("requests-per-sec", rates, "rates are 1-" + Rate.MAX);
                    Optional<Integer> burst = section.required("burst", rates, "bursts are 1-" + Rate.MAX);
                    section.close();
                    return perSecond.flatMap(steady -> burst.map(atOnce -> new Rate(steady, atOnce)));
                });
    }

    static Optional<Metrics> metrics(Value value) {
        Metrics defaults = Metrics.DEFAULT;
        return Section.open(value, "write a map such as {:enabled true}").map(section -> {
            Metrics read = new Metrics(
                    section.optional("enabled", Kind.flag(), defaults.enabled()),
                    section.optional("bind", Kind.address(), defaults.bind()),
                    section.optional("port", Kind.port(), defaults.port()),
                    section.optional("path", Kind.text("/\\S*", "a path begins with /"), defaults.path()));
            section.close();
            return read;
        });
    }

    static Optional<AccessLog> accessLog(Value value) {
        AccessLog defaults = AccessLog.DEFAULT;
        return Section.open(value, "write a map such as {:enabled true}").map(section -> {
            AccessLog read = new AccessLog(
                    section.optional("enabled", Kind.flag(), defaults.enabled()),
                    section.optional("format", Kind.oneOf(FORMATS), defaults.format()),
                    section.optional("path", Kind.path(), defaults.path()),
                    section.optional(
                            "max-file-size-mb", Kind.whole("megabytes are", 1, 1_048_576), defaults.maxFileSizeMb()),
                    section.optional("max-files", Kind.whole("files are", 1, 10_000), defaults.maxFiles()),
                    section.optional("buffer-size", Kind.whole("lines are", 1, 10_000_000), defaults.bufferSize()));
            section.close();
            return read;
        });
    }
}
