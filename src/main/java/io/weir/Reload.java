package io.weir;

import io.weir.ConfigSource.Wanted;
import io.weir.api.Operations;
import io.weir.config.Changes;
import io.weir.config.ConfigException;
import io.weir.engine.DataplaneException;
import io.weir.engine.RefusedException;
import io.weir.metrics.Reloads;
import io.weir.metrics.Reloads.Result;
import io.weir.model.Change;
import io.weir.model.Cluster;
import io.weir.model.Desired;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a node that runs what its file says, or what somebody sends: whole or not at all, one after the other. What was
 * changed beside the file is undone by it; drains, declared health, circuits and interfaces taken off are not of the file,
 * and stay.
 */
final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    /** More changes are counted and not told one by one. */
    private static final int LINES = 50;

    private final Operations operations;
    private final UnaryOperator<Set<String>> unresolved;
    private final Function<Cluster, PeerKeys> keys;
    private final Servers servers;
    private final Reloads counts;
    private final ReloadRecord record;

    /**
     * @param unresolved those of some host names that nobody knows an address for
     * @param keys reads those that peers are to know
     */
    Reload(
            Operations operations,
            UnaryOperator<Set<String>> unresolved,
            Function<Cluster, PeerKeys> keys,
            Servers servers,
            Reloads counts,
            ReloadRecord record) {
        this.operations = operations;
        this.unresolved = unresolved;
        this.keys = keys;
        this.servers = servers;
        this.counts = counts;
        this.record = record;
    }

    /**
     * Carries it out and says so, in the log and on record.
     *
     * @param why it is done, for people
     * @return what has changed
     * @throws ConfigException with all that is wrong with it
     * @throws RefusedException if it contradicts what is there
     * @throws DataplaneException if the data path refused; what ran before is put back
     * @throws IllegalStateException if a port or a file is no good
     */
    synchronized List<Change> run(String why, Supplier<Wanted> reading) {
        record.begin();
        try {
            Wanted wanted = reading.get();
            List<Change> changes = carryOut(wanted);
            record.runs(wanted.desired());
            done(why, changes);
            return changes;
        } catch (ConfigException refused) {
            refused(Result.REFUSED, why, refused.lines());
            throw refused;
        } catch (RefusedException refused) {
            refused(Result.REFUSED, why, List.of(String.valueOf(refused.getMessage())));
            throw refused;
        } catch (RuntimeException failed) {
            refused(Result.FAILED, why, List.of(String.valueOf(failed.getMessage())));
            throw failed;
        }
    }

    private void done(String why, List<Change> changes) {
        Result result = changes.isEmpty() ? Result.UNCHANGED : Result.APPLIED;
        count(result);
        record.endWell(result, changes);
        LOG.info("reload ({}): {}", why, summary(changes));
        lines(changes).forEach(line -> LOG.info("  {}", line));
    }

    private void refused(Result result, String why, List<String> reasons) {
        count(result);
        record.endBadly(result, reasons);
        LOG.error("reload ({}): {}; what ran before goes on", why, result.word());
        reasons.forEach(line -> LOG.error("  {}", line));
    }

    private void count(Result result) {
        counts.add(result, System.currentTimeMillis() / 1e3);
    }

    /** What it would change; whether the data path and the ports would take it is not tried. */
    List<Change> preview(Wanted wanted) {
        return Changes.between(running(), wanted.desired());
    }

    private List<Change> carryOut(Wanted wanted) {
        Desired running = running();
        List<Change> changes = Changes.between(running, wanted.desired());
        requireRunning(wanted, changes);
        requireNames(wanted, running);
        PeerKeys young = keys.apply(wanted.desired().settings().control().cluster());
        Servers.Move move = servers.prepare(wanted.desired().settings().control());
        try {
            operations.replace(wanted.desired());
        } catch (RuntimeException refused) {
            move.undo().run();
            throw refused;
        }
        move.commit().run();
        young.use().run();
        return Stream.concat(changes.stream(), young.change().stream()).toList();
    }

    private Desired running() {
        return operations.status().desired().orElseThrow(() -> new IllegalStateException("nothing is configured yet"));
    }

    private static void requireRunning(Wanted wanted, List<Change> changes) {
        Map<String, String> wrong = new LinkedHashMap<>();
        changes.stream()
                .filter(Change::needsRestart)
                .forEach(change -> wrong.put(
                        change.path(),
                        "cannot change while weir runs, from " + change.before().orElse("none") + " to "
                                + change.after().orElse("none") + ": restart weir for it, or set it back"));
        refuse(wanted, wrong);
    }

    /** Names that run already keep their addresses, or wait for some. */
    private void requireNames(Wanted wanted, Desired running) {
        Set<String> young = new HashSet<>(wanted.file().hosts().values());
        running.proxies().stream().flatMap(proxy -> proxy.hosts()).forEach(young::remove);
        Set<String> unknown = unresolved.apply(young);
        Map<String, String> wrong = new LinkedHashMap<>();
        wanted.file().hosts().forEach((path, host) -> {
            if (unknown.contains(host)) {
                wrong.put(path, "no address is known for " + host + ": correct the name, or tell a DNS server of it");
            }
        });
        refuse(wanted, wrong);
    }

    private static void refuse(Wanted wanted, Map<String, String> wrong) {
        if (!wrong.isEmpty()) {
            throw wanted.file().wrong(wrong);
        }
    }

    static String summary(List<Change> changes) {
        return switch (changes.size()) {
            case 0 -> "nothing has changed";
            case 1 -> "1 change";
            default -> changes.size() + " changes";
        };
    }

    private static List<String> lines(List<Change> changes) {
        Stream<String> more =
                changes.size() > LINES ? Stream.of("and " + (changes.size() - LINES) + " more") : Stream.of();
        return Stream.concat(changes.stream().limit(LINES).map(Change::line), more)
                .toList();
    }
}
