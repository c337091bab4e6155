package io.weir;

import io.weir.libbpf.FileChanges.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * All names on the way to a file, as the kernel goes it (path_resolution(7)): whoever wants another file to be found there
 * has to change one of them.
 *
 * @param names in directories whose own paths have no links in them
 */
record ConfigTrail(Set<Name> names) {

    /** As the kernel: more are a circle. */
    private static final int MAX_LINKS = 40;

    static ConfigTrail to(Path file) {
        Set<Name> names = new LinkedHashSet<>();
        Path root = Path.of("/");
        Path here = root;
        Deque<String> rest = new ArrayDeque<>(elements(file.toAbsolutePath()));
        int links = 0;
        while (!rest.isEmpty()) {
            String next = rest.pop();
            if (next.equals("..")) {
                Path up = here.getParent();
                here = up == null ? root : up;
                continue;
            }
            if (next.isEmpty() || next.equals(".")) {
                continue;
            }
            names.add(new Name(here, next));
            Path child = here.resolve(next);
            if (Files.isSymbolicLink(child) && links++ < MAX_LINKS) {
                Path target = target(child);
                here = target.isAbsolute() ? root : here;
                elements(target).reversed().forEach(rest::push);
            } else if (Files.isDirectory(child)) {
                here = child;
            } else {
                break; // the file, or something that is not there
            }
        }
        return new ConfigTrail(names);
    }

    private static List<String> elements(Path path) {
        return StreamSupport.stream(path.spliterator(), false)
                .map(Path::toString)
                .toList();
    }

    /** Empty when it has gone since. */
    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException gone) {
            return Path.of("");
        }
    }

    Set<Path> directories() {
        return names.stream().map(Name::directory).collect(Collectors.toSet());
    }

    /** Whether the file may be another one after these changes. */
    boolean passes(Set<Name> changed) {
        return changed.stream().anyMatch(name -> name.name().isEmpty() || names.contains(name));
    }
}
