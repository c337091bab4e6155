package io.weir;

import io.weir.cli.Appliance;
import io.weir.cli.CommandFailure;
import io.weir.cli.Configuration;
import io.weir.cli.ExitCode;
import io.weir.cli.RunRequest;
import io.weir.cli.StatusView;
import io.weir.config.ConfigException;
import io.weir.config.ConfigFile;
import io.weir.config.Flags;
import io.weir.dataplane.Detach;
import io.weir.dataplane.PinnedDataplane;
import io.weir.dataplane.Whereabouts;
import io.weir.engine.DataplaneException;
import io.weir.engine.RefusedException;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.Errno;
import io.weir.metrics.Reloads;
import io.weir.model.Change;
import io.weir.model.Desired;
import io.weir.model.Flow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Puts the rooms together for the verbs of the command line, by hand, and speaks their failures in its language. */
final class Wiring implements Appliance {

    @Override
    public Configuration load(Path file) {
        return checked(() -> {
            ConfigFile read = ConfigFile.read(file);
            return new Configuration(read.desired(), refusals(read));
        });
    }

    private static List<String> refusals(ConfigFile read) {
        try {
            read.runnable();
            return List.of();
        } catch (ConfigException e) {
            return e.lines();
        }
    }

    @Override
    public List<String> lacking(Desired desired) {
        return HostNeeds.lacking(desired);
    }

    @Override
    public Desired fromFlags(List<String> interfaces, int port, String target) {
        return checked(() -> new Flags(interfaces, port, target).desired());
    }

    @Override
    public RunningNode start(RunRequest request) {
        Desired desired = request.desired();
        return checked(() -> told(() -> {
            Administration.requireFiles(desired.settings().control().adminApi());
            return new AdministeredNode(LoadBalancer.start(desired), request);
        }));
    }

    @Override
    public List<Change> reload(Path pinPath) {
        ReloadRecord.Entry entry = told(() -> signalled(pinPath)).orElseThrow(() -> nobodyRuns(pinPath));
        Reloads.Result result = entry.result().orElseThrow();
        if (!result.isGood()) {
            throw new CommandFailure(
                    result == Reloads.Result.REFUSED ? ExitCode.USAGE : ExitCode.FAILED, entry.lines());
        }
        return entry.changes();
    }

    private static CommandFailure nobodyRuns(Path pinPath) {
        return new CommandFailure(
                ExitCode.UNREACHABLE,
                "no weir runs on " + pinPath + ": start it with 'weir run', or name the place with --pin-path");
    }

    @Override
    public List<Change> difference(Map<?, ?> running, Desired wanted) {
        return checked(() -> RunningConfig.shown(running).changesTo(wanted));
    }

    @Override
    public List<Change> difference(Path pinPath, Desired wanted) {
        if (PinLock.holder(pinPath).isEmpty()) {
            throw nobodyRuns(pinPath);
        }
        return checked(() -> RunningConfig.recorded(pinPath).changesTo(wanted));
    }

    private static Optional<ReloadRecord.Entry> signalled(Path pinPath) {
        try {
            return ReloadSignal.send(pinPath);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before weir has said how the reload went", e);
        }
    }

    @Override
    public List<String> detach(Path pinPath, boolean force) {
        return told(() -> {
            // Before it is said that weir must be stopped: keepalived is to be stopped first.
            if (!force && PinLock.holder(pinPath).isPresent()) {
                requireNoVips(pinPath);
            }
            try (PinLock _ = PinLock.take(pinPath)) {
                if (!force) {
                    requireNoVips(pinPath);
                }
                List<String> done = Detach.everythingUnder(pinPath);
                ReloadRecord.open(ReloadRecord.of(pinPath)).remove(); // of a node that was killed
                ReadyFile.remove(pinPath);
                return done;
            }
        });
    }

    private static void requireNoVips(Path pinPath) {
        List<String> vips = HeldVips.under(pinPath);
        if (!vips.isEmpty()) {
            throw new IllegalStateException("this host has VIPs by VRRP (" + String.join(", ", vips)
                    + "), and their connections would end with the data path: stop keepalived before, so that they"
                    + " go on at another node; --force ends them");
        }
    }

    @Override
    public StatusView status(Path pinPath) {
        return read(pinPath, pinned -> PinnedStatus.of(pinned.read(), pinned.counters(), pinned.elsewhere()));
    }

    @Override
    public List<Flow> connections(Path pinPath, Predicate<Flow> wanted, int limit) {
        return read(pinPath, pinned -> pinned.flows(wanted, limit));
    }

    private static <T> T read(Path pinPath, Function<PinnedDataplane, T> view) {
        return told(() -> {
            try (PinnedDataplane pinned = PinnedDataplane.open(pinPath)
                    .orElseThrow(() -> new CommandFailure(ExitCode.UNREACHABLE, Whereabouts.absence(pinPath)))) {
                return view.apply(pinned);
            }
        });
    }

    private static <T> T checked(Supplier<T> work) {
        try {
            return work.get();
        } catch (ConfigException e) {
            throw new CommandFailure(ExitCode.USAGE, e.lines());
        }
    }

    private static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataplaneException e) {
            throw new CommandFailure(exitCode(e.errno()), String.valueOf(e.getMessage()), e);
        } catch (BpfException e) {
            throw new CommandFailure(exitCode(e.errno()), String.valueOf(e.getMessage()), e);
        } catch (RefusedException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        } catch (IllegalStateException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private static int exitCode(int errno) {
        return errno == Errno.EPERM || Errno.of(errno).category() == Errno.Category.UNSUPPORTED
                ? ExitCode.UNSUPPORTED
                : ExitCode.FAILED;
    }
}
