package io.weir.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What of the failover drill is wanted.
 *
 * @param connections held all the time
 * @param burst opened in the last second before each blow
 * @param soakMinutes 0: blows; otherwise nothing happens for so long, and nothing should
 * @param nice of the loops that keep the processors busy meanwhile
 */
record FailoverOptions(
        int connections, int burst, Set<String> scenarios, Set<String> balancers, int soakMinutes, int nice) {

    static final String USAGE =
            "--connections N, --rate N, --blows NAME,…, --balancers NAME,…, or --soak MINUTES [--nice N]";

    static final String WEIR = "weir";
    static final String CONNTRACKD = "nft+conntrackd";

    /** As the command line calls them, in the order they come. */
    enum Scenario {
        NOTHING,
        CUT,
        KILL,
        FREEZE,
        PLANNED,
        POWER_OFF,
        JVM,
        TWO_DEATHS,
        RESHUFFLE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static FailoverOptions of(Options options) {
        return new FailoverOptions(
                options.number("--connections", 10_000),
                options.number("--rate", 3_000),
                options.choice(
                        "--blows",
                        Arrays.stream(Scenario.values()).map(Scenario::word).toList()),
                options.choice("--balancers", List.of(CONNTRACKD, WEIR)),
                options.number("--soak", 0),
                options.number("--nice", 0));
    }

    boolean wants(Scenario scenario) {
        return scenarios.contains(scenario.word());
    }

    boolean wantsAny(Scenario... some) {
        return Arrays.stream(some).anyMatch(this::wants);
    }
}
