package io.weir.bench;

import io.weir.libbpf.BpfMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The maps of a data path, as its pins show them.
 *
 * @param root its pin path
 */
record PinnedMaps(Path root) {

    BpfMap open(String name) throws IOException {
        return BpfMap.open(all().stream()
                .filter(pin -> pin.getFileName().toString().equals(name))
                .findFirst()
                .orElseThrow());
    }

    List<Path> all() throws IOException {
        try (Stream<Path> directories = Files.list(root)) {
            Path maps = directories
                    .filter(path -> path.getFileName().toString().matches("[0-9a-f]{12}"))
                    .findFirst()
                    .orElseThrow();
            try (Stream<Path> files = Files.list(maps)) {
                return files.toList();
            }
        }
    }
}
