package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The compiled data path.
 *
 * @param elf the objects' bytes by name, in the order they are loaded
 */
public record ObjectFiles(Map<String, byte[]> elf) {

    public static final List<String> NAMES = List.of("weir_xdp", "weir_tc", "weir_expire", "weir_shadow");

    /** The objects on the class path. */
    public static ObjectFiles shipped() {
        return onClassPath("/bpf");
    }

    /** The objects of a folder of the class path, as in {@code /bpf-poison}. */
    public static ObjectFiles onClassPath(String folder) {
        Map<String, byte[]> elf = new LinkedHashMap<>();
        for (String name : NAMES) {
            String resource = folder + "/" + name + ".bpf.o";
            try (InputStream stream = ObjectFiles.class.getResourceAsStream(resource)) {
                if (stream == null) {
                    throw new DataplaneException(
                            "the data path is not built in: no " + resource + " on the class path; build again", 0);
                }
                elf.put(name, stream.readAllBytes());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return new ObjectFiles(elf);
    }

    /** The objects of a directory. */
    public static ObjectFiles in(Path directory) {
        Map<String, byte[]> elf = new LinkedHashMap<>();
        for (String name : NAMES) {
            try {
                elf.put(name, Files.readAllBytes(directory.resolve(name + ".bpf.o")));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return new ObjectFiles(elf);
    }
}
