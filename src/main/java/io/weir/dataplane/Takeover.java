package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfMap;
import io.weir.model.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts loaded programs in the place of those that are attached. If some of their maps are new, flows move from the earlier
 * ones, in an order of steps after each of which a process may be killed: what is attached forwards then, all its maps are
 * pinned, and the next start finds by the names of the {@link MapSets} what is left to do.
 *
 * <pre>
 * MADE       the new set is pinned, but nothing uses it         killed: it is removed, as if it had not been
 * COPIED     it has the flows
 * ANNOUNCED  from here on programs may use it                   killed: both sets are pinned, each flow is in the one
 * REPLACED   after each hook                                    whose programs confirmed it, and all are brought together
 * EXPIRY     the timer runs on the new set
 * COMPLETED  it has the flows confirmed meanwhile as well
 * RETIRED    the others are not asked any more                  killed: they are removed
 * ENFORCED   it has the name of the set that is in force
 * TIDIED     the others are removed
 * </pre>
 *
 * While flows move expiry rests, over the earlier maps and the new ones, up to RETIRED: a flow ends once, and no entry is
 * removed whose other direction is still to come. If nobody gets that far, the rest ends by itself. Each set of tables has its
 * own counts of what is in them.
 *
 * A flow that was confirmed between the last copy and the change of the hook it goes through is unknown from then until
 * COMPLETED. A listener with a VIP picks it up meanwhile and chooses, by the same hash, the same target.
 */
final class Takeover {

    /** Flows confirmed this long before a copy began are copied again: clocks are read one after the other. */
    private static final int OVERLAP_SECONDS = 2;

    private final MapSets sets;
    private final BpfObjects objects;
    private final Attachments attachments;
    private final Set<String> listening;
    private final Steps steps;
    private final List<Migration> migrations = new ArrayList<>();
    private String summary = "";

    enum Step {
        MADE,
        COPIED,
        ANNOUNCED,
        REPLACED,
        EXPIRY,
        COMPLETED,
        RETIRED,
        ENFORCED,
        TIDIED
    }

    /** Is told after each step. */
    interface Steps {

        Steps UNWATCHED = step -> {};

        void after(Step step);
    }

    Takeover(MapSets sets, BpfObjects objects, Attachments attachments, Loaded.How how) {
        this.sets = sets;
        this.objects = objects;
        this.attachments = attachments;
        this.listening = how.listening();
        this.steps = how.steps();
    }

    /**
     * Takes all steps.
     *
     * @param own the set of this ABI that is pinned, without maps if there is none
     * @param adopted the names of those the programs were loaded with
     * @param others other sets that have flows
     * @return the programs' clock
     */
    Jiffies run(MapSets.Opened own, Set<String> adopted, List<MapSets.Opened> others) {
        boolean isNew = adopted.size() < MapShape.ALL.size();
        List<MapSets.Opened> sources = sources(own, others, isNew);
        if (isNew && !sources.isEmpty()) {
            requireRoom(sources.getLast());
        }
        Jiffies jiffies = clock(own.maps(), adopted);
        if (isNew) {
            sets.make(objects.maps());
            steps.after(Step.MADE);
        }
        long began = now();
        rest(sources, jiffies);
        copy(sources, isNew, jiffies, began);
        begin(jiffies);
        rest(sources, jiffies);
        if (isNew) {
            steps.after(Step.COPIED);
            sets.announce();
            steps.after(Step.ANNOUNCED);
        }
        long switched = now();
        attachments.replacePrograms(listening, () -> steps.after(Step.REPLACED));
        objects.startExpiry();
        steps.after(Step.EXPIRY);
        rest(sources, jiffies);
        migrations.forEach(migration -> migration.complete(since(began, jiffies)));
        migrations.forEach(migration -> migration.closeEnded(migrations, switched));
        steps.after(Step.COMPLETED);
        sets.retireOthers();
        steps.after(Step.RETIRED);
        wake();
        sets.enforce();
        steps.after(Step.ENFORCED);
        sets.tidy();
        steps.after(Step.TIDIED);
        summarize(adopted);
        return jiffies;
    }

    /** What was done, one line. */
    String summary() {
        return summary;
    }

    private static List<MapSets.Opened> sources(MapSets.Opened own, List<MapSets.Opened> others, boolean isNew) {
        List<MapSets.Opened> sources = new ArrayList<>(others);
        if (isNew && !own.maps().isEmpty()) {
            sources.add(own);
        }
        return sources;
    }

    /** A flow without room would be torn, so that nothing is begun. */
    private void requireRoom(MapSets.Opened source) {
        long flows = Migration.flows(source);
        int room =
                Sizes.ofFlows(objects.map(MapShape.FLOWS4).info().maxEntries()).maxConnections();
        if (flows > room) {
            throw new DataplaneException(
                    flows + " flows are established, more than :max-connections " + room + " has room for: set it to "
                            + flows + " or more, or wait until enough have ended",
                    0);
        }
    }

    /** The newest set gives everything, those before it the flows that it does not have, or knows less of. */
    private void copy(List<MapSets.Opened> sources, boolean isNew, Jiffies jiffies, long began) {
        List<MapSets.Opened> flowsAlone = new ArrayList<>(sources);
        if (isNew && !sources.isEmpty()) {
            Migration whole = new Migration(flowsAlone.removeLast(), objects);
            whole.copyAll(since(began, jiffies));
            rest(sources, jiffies); // the copy has the settings of before
            whole.admit();
            migrations.add(whole);
        }
        for (MapSets.Opened source : flowsAlone.reversed()) {
            Migration flows = new Migration(source, objects);
            flows.copyFlows(jiffies);
            migrations.add(flows);
        }
    }

    private long now() {
        return Counters.jiffies(objects.map(MapShape.EXPIRY));
    }

    private static long since(long began, Jiffies jiffies) {
        return began - (long) OVERLAP_SECONDS * jiffies.hz();
    }

    /**
     * Said again before each part of the work that may take long. Another ABI's programs have another way to rest, or none: what
     * they end is counted and told in their own maps.
     */
    private void rest(List<MapSets.Opened> sources, Jiffies jiffies) {
        long now = now();
        if (!sources.isEmpty()) {
            rest(settings(), now, jiffies);
        }
        sources.stream()
                .filter(MapSets.Opened::isOwnAbi)
                .flatMap(source -> Optional.ofNullable(source.maps().get(MapShape.SETTINGS)).stream())
                .forEach(map -> rest(map, now, jiffies));
    }

    private static void rest(BpfMap settings, long now, Jiffies jiffies) {
        try (SettingsTable table = new SettingsTable(settings)) {
            table.rest(now, jiffies);
        }
    }

    private void wake() {
        try (SettingsTable table = new SettingsTable(settings())) {
            table.wake();
        }
    }

    /**
     * The programs' clock. A timer that runs on an earlier set goes on there; a new one begins, with nothing to look at, since
     * it is what tells the clock.
     */
    private Jiffies clock(Map<String, BpfMap> own, Set<String> adopted) {
        if (adopted.contains(MapShape.EXPIRY)) {
            try (SettingsTable table = new SettingsTable(own.getOrDefault(MapShape.SETTINGS, settings()))) {
                return table.jiffies();
            }
        }
        try (SettingsTable table = new SettingsTable(settings())) {
            // It must know the timeouts before it fires.
            table.writeTimeouts(Settings.Timeouts.DEFAULT, Jiffies.FASTEST);
            objects.startExpiry();
            Jiffies found = Jiffies.at(Counters.jiffies(objects.map(MapShape.EXPIRY)), System.nanoTime());
            table.writeTimeouts(Settings.Timeouts.DEFAULT, found);
            return found;
        }
    }

    /** What programs must find before their first packet. */
    private void begin(Jiffies jiffies) {
        attachments.read();
        // A reply that may not be redirected goes to the stack, which forwards nothing that bears its own address.
        new LinkTable(objects.map(MapShape.LINKS)).refresh(attachments.isAnyNative());
        try (SettingsTable table = new SettingsTable(settings())) {
            table.begin(
                    jiffies,
                    Sizes.ofFlows(objects.map(MapShape.FLOWS4).info().maxEntries()),
                    objects.map(MapShape.HALF_OPEN).info().maxEntries());
        }
    }

    private BpfMap settings() {
        return objects.map(MapShape.SETTINGS);
    }

    private void summarize(Set<String> adopted) {
        String done =
                adopted.isEmpty() && migrations.isEmpty() ? "made new maps" : "adopted " + adopted.size() + " maps";
        StringBuilder text = new StringBuilder(done);
        migrations.forEach(migration -> text.append("; ").append(migration.summary()));
        summary = text + "; the tables take " + MemoryEstimate.of(objects).text();
    }
}
