package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfLink;
import io.weir.libbpf.Errno;
import io.weir.libbpf.Pins;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The pins of one data path: maps in the directories of {@link MapSets}, links in {@code links}. Nothing else belongs there,
 * and a directory with anything else in it is not ours.
 */
final class PinDirectory {

    private static final String LINKS = "links";

    private final Path root;

    PinDirectory(Path root) {
        this.root = Pins.canonical(root);
    }

    Path root() {
        return root;
    }

    /** Makes the directories. */
    void prepare() {
        requireBpfFileSystem();
        try {
            requireOurs();
            Files.createDirectories(root.resolve(LINKS));
        } catch (IOException failed) {
            throw new DataplaneException("cannot make the pin path " + root + ": " + failed.getMessage(), 0, failed);
        }
    }

    boolean exists() {
        return Files.isDirectory(root);
    }

    /** @throws DataplaneException if it does not lie in a BPF file system */
    void requireBpfFileSystem() {
        if (!Pins.wouldLieInBpfFileSystem(root)) {
            throw new DataplaneException(
                    "the pin path " + root
                            + " does not lie in a BPF file system: mount one (mount -t bpf bpf /sys/fs/bpf)"
                            + " or set :pin-path",
                    0);
        }
    }

    /** @throws DataplaneException if anything is there that this program does not make */
    void requireOurs() {
        for (Path entry : children(root)) {
            String name = name(entry);
            boolean ours = Files.isDirectory(entry) && (name.equals(LINKS) || MapSets.isSet(entry));
            // The kernel puts maps.debug and progs.debug where a BPF file system begins; nobody else can use a dot.
            if (!ours && !name.contains(".")) {
                throw new DataplaneException(
                        "the pin path " + root + " holds '" + name + "', which is not ours: set another :pin-path", 0);
            }
        }
    }

    MapSets sets() {
        return new MapSets(root);
    }

    Path link(LinkName name) {
        return root.resolve(LINKS).resolve(name.fileName());
    }

    /** All pinned links, by name; pins of unknown names are left alone. */
    Map<LinkName, Path> links() {
        Map<LinkName, Path> links = new LinkedHashMap<>();
        children(root.resolve(LINKS)).forEach(pin -> LinkName.parse(name(pin)).ifPresent(name -> links.put(name, pin)));
        return links;
    }

    /** Removes a directory with the pins in it. */
    static void removeDirectory(Path directory) {
        children(directory).forEach(PinDirectory::remove);
        remove(directory);
    }

    /** Removes what this program makes and nothing else, and the directories that are empty then. */
    List<Path> removeAll() {
        List<Path> removed = new ArrayList<>();
        for (Path entry : children(root)) {
            boolean maps = MapSets.isSet(entry);
            if (maps || name(entry).equals(LINKS)) {
                children(entry).stream()
                        .filter(maps ? PinDirectory::isMap : PinDirectory::isLink)
                        .forEach(PinDirectory::remove);
                if (children(entry).isEmpty()) {
                    remove(entry);
                    removed.add(entry);
                }
            }
        }
        if (exists() && children(root).isEmpty() && !isMountPoint()) {
            remove(root);
        }
        return removed;
    }

    private static boolean isLink(Path pin) {
        return LinkName.parse(name(pin)).isPresent();
    }

    /** Of any ABI, so by no list of names; directories are never made there. */
    private static boolean isMap(Path pin) {
        return !Files.isDirectory(pin);
    }

    /** Whether the whole file system begins here: it cannot be removed, and was not made by us. */
    private boolean isMountPoint() {
        Path parent = root.getParent();
        return parent == null || !Pins.isBpfFileSystem(parent);
    }

    /**
     * Takes a pinned link's program off its hook and removes the pin; nothing happens when there is none. To remove the pin alone
     * is not enough: the kernel lets go of the hook some time later, and takes the program for attached until then.
     */
    static void takeOff(Path link) {
        if (!Files.exists(link)) {
            return;
        }
        try (BpfLink pinned = BpfLink.open(link)) {
            pinned.detach();
        } catch (BpfException gone) {
            if (gone.errno() != Errno.ENOLINK) {
                throw gone;
            }
        }
        remove(link);
    }

    static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException failed) {
            throw new DataplaneException("cannot remove " + path + ": " + failed.getMessage(), 0, failed);
        }
    }

    static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    static List<Path> children(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        } catch (IOException failed) {
            throw new DataplaneException("cannot read " + directory + ": " + failed.getMessage(), 0, failed);
        }
    }
}
