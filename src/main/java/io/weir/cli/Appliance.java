package io.weir.cli;

import io.weir.model.Change;
import io.weir.model.Desired;
import io.weir.model.Flow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What the verbs need of the other rooms. Every method throws {@link CommandFailure} when it cannot do its work. */
public interface Appliance {

    /** A variable of the environment. */
    default Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name));
    }

    /** Reads and validates a configuration file. */
    Configuration load(Path file);

    /** What this host lacks, as it is now, for a configuration to run here: one line each. */
    List<String> lacking(Desired desired);

    /**
     * A configuration of one proxy.
     *
     * @param target as in {@code 10.0.0.1:80} or {@code [2001:db8::1]:80}
     */
    Desired fromFlags(List<String> interfaces, int port, String target);

    /** Attaches the data path, or adopts the one that is there, and returns once packets are forwarded. */
    RunningNode start(RunRequest request);

    /**
     * Has the node on the pin path read its configuration file again, and waits for it.
     *
     * @return what has changed
     */
    List<Change> reload(Path pinPath);

    /**
     * What a configuration would change of one that runs.
     *
     * @param running under the keys of the file, without secrets: what the admin API prints
     */
    List<Change> difference(Map<?, ?> running, Desired wanted);

    /** What a configuration would change of the one that the node on the pin path was started with or has reloaded last. */
    List<Change> difference(Path pinPath, Desired wanted);

    /**
     * Takes the data path under the pin path off.
     *
     * @param force also when this host has VIPs by VRRP
     * @return what was removed, one line each; empty if there was none
     */
    List<String> detach(Path pinPath, boolean force);

    /** What the pinned data path says of itself. */
    StatusView status(Path pinPath);

    /** Connections of the pinned flow table, at most {@code limit} of those that are wanted. */
    List<Flow> connections(Path pinPath, Predicate<Flow> wanted, int limit);

    /** A node that forwards. */
    interface RunningNode extends AutoCloseable {

        /** Interfaces and how the data path is attached there, one line each. */
        List<String> attachments();

        /** Begins log files anew that somebody has moved away, and reads the configuration file again; does not wait. */
        void hangUp();

        /** Stops the node; the data path goes on, unless the settings say otherwise. */
        @Override
        void close();
    }
}
