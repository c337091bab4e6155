package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The sets of maps under a pin path, each in a directory. Its name is the ABI's hash and how far the set has come, so that
 * whoever starts after a process that was killed knows what it was about:
 *
 * <pre>
 * HASH_making  not complete: no attached program uses it                  → removed
 * HASH_next    complete: programs are being moved to it from the others   → the move is finished
 * HASH         complete: all programs use it
 * HASH_old     its flows are all in another set by now                    → removed
 * </pre>
 *
 * A name changes at once, as a BPF file system renames.
 */
final class MapSets {

    private static final String MAKING = "_making";
    private static final String NEXT = "_next";
    private static final String OLD = "_old";
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{12}(" + MAKING + "|" + NEXT + "|" + OLD + ")?");

    private final Path root;

    MapSets(Path root) {
        this.root = root;
    }

    static boolean isSet(Path directory) {
        return NAME.matcher(PinDirectory.name(directory)).matches();
    }

    /** The set of this ABI that programs use, or are being moved to. */
    Optional<Path> own() {
        return Optional.of(next())
                .filter(Files::isDirectory)
                .or(() -> Optional.of(inForce()).filter(Files::isDirectory));
    }

    /** All that have flows besides {@link #own}: of other ABIs, or left when a move was broken off. */
    List<Path> others() {
        Optional<Path> own = own();
        return sets().stream()
                .filter(set -> !ends(set, MAKING) && !ends(set, OLD))
                .filter(set -> !set.equals(own.orElse(root)))
                .toList();
    }

    /** Whether a move to this ABI's set was broken off. */
    boolean isInterrupted() {
        return own().isPresent() && (Files.isDirectory(next()) || !others().isEmpty());
    }

    /** Removes what no program and no flow needs. */
    void tidy() {
        sets().stream().filter(set -> ends(set, MAKING) || ends(set, OLD)).forEach(PinDirectory::removeDirectory);
    }

    /** Pins a set that is not complete yet. */
    void make(Map<String, BpfMap> maps) {
        Path making = inForce().resolveSibling(AbiCheck.hash() + MAKING);
        try {
            Files.createDirectory(making);
        } catch (IOException failed) {
            throw new DataplaneException("cannot make " + making + ": " + failed.getMessage(), 0, failed);
        }
        maps.forEach((name, map) -> map.pin(making.resolve(name)));
    }

    /** From now on programs may use what was made. */
    void announce() {
        rename(inForce().resolveSibling(AbiCheck.hash() + MAKING), next());
    }

    /** Nothing is missing from {@link #own}: no other set counts any more. */
    void retireOthers() {
        others().forEach(set -> {
            Path old = set.resolveSibling(hash(set) + OLD);
            // Two of the same ABI may be retired, if a move between them was broken off.
            PinDirectory.removeDirectory(old);
            rename(set, old);
        });
    }

    /** All programs use {@link #own}, and it is the only one. */
    void enforce() {
        if (Files.isDirectory(next())) {
            rename(next(), inForce());
        }
    }

    /** Opens the maps of a directory, by name. */
    static Map<String, BpfMap> open(Path directory) {
        Map<String, BpfMap> maps = new LinkedHashMap<>();
        PinDirectory.children(directory).forEach(pin -> maps.put(PinDirectory.name(pin), BpfMap.open(pin)));
        return maps;
    }

    /**
     * An open set.
     *
     * @param maps by name
     * @param isOwnAbi whether they have the layouts of this process
     */
    record Opened(Map<String, BpfMap> maps, boolean isOwnAbi) implements AutoCloseable {

        static Opened of(Path set) {
            return new Opened(MapSets.open(set), hash(set).equals(AbiCheck.hash()));
        }

        static Opened none() {
            return new Opened(Map.of(), true);
        }

        @Override
        public void close() {
            maps.values().forEach(BpfMap::close);
        }
    }

    private Path inForce() {
        return root.resolve(AbiCheck.hash());
    }

    private Path next() {
        return root.resolve(AbiCheck.hash() + NEXT);
    }

    /** Earlier ones first: a move goes from what is in force to what is next. */
    private List<Path> sets() {
        List<Path> sets = new ArrayList<>(
                PinDirectory.children(root).stream().filter(MapSets::isSet).toList());
        sets.sort((one, other) -> Boolean.compare(ends(one, NEXT), ends(other, NEXT)));
        return sets;
    }

    private static boolean ends(Path set, String stage) {
        return PinDirectory.name(set).endsWith(stage);
    }

    private static String hash(Path set) {
        return PinDirectory.name(set).substring(0, AbiCheck.hash().length());
    }

    private static void rename(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException failed) {
            throw new DataplaneException("cannot rename " + from + ": " + failed.getMessage(), 0, failed);
        }
    }
}
