package io.weir.bench;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfObject;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.Btf;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One of the benchmarks' own objects (src/bench/bpf), loaded. */
final class BenchObject implements AutoCloseable {

    private final Btf btf;
    private final Map<String, BpfMap> maps = new HashMap<>();
    private final Map<String, BpfProgram> programs = new HashMap<>();

    private BenchObject(byte[] elf) {
        this.btf = Btf.ofObject(elf);
    }

    static BenchObject load(String name, String... programs) {
        return load(name, Map.of(), Map.of(), programs);
    }

    /**
     * @param sizes max_entries of maps that are not as declared
     * @param shared maps that exist already and are used instead of new ones
     * @param programs those to take
     */
    static BenchObject load(String name, Map<String, Integer> sizes, Map<String, BpfMap> shared, String... programs) {
        byte[] elf = read(name);
        BenchObject loaded = new BenchObject(elf);
        try (BpfObject object = BpfObject.open(name, elf)) {
            sizes.forEach((map, entries) -> object.map(map).maxEntries(entries));
            shared.forEach((map, existing) -> object.map(map).reuse(existing));
            object.load();
            for (Btf.MapDeclaration map : loaded.btf.maps()) {
                loaded.maps.put(map.name(), object.map(map.name()).loaded());
            }
            for (String program : programs) {
                loaded.programs.put(program, object.program(program).loaded());
            }
            return loaded;
        } catch (RuntimeException failed) {
            loaded.close();
            throw failed;
        }
    }

    /** What an object declares. */
    static List<Btf.MapDeclaration> maps(String name) {
        return Btf.ofObject(read(name)).maps();
    }

    BpfMap map(String name) {
        return maps.get(name);
    }

    BpfProgram program(String name) {
        return programs.get(name);
    }

    StructMemory struct(String type, MemorySegment memory) {
        return StructMemory.of(btf, type, memory);
    }

    int sizeOf(String type) {
        return btf.struct(type).orElseThrow().size();
    }

    @Override
    public void close() {
        List.copyOf(programs.values()).forEach(BpfProgram::close);
        List.copyOf(maps.values()).forEach(BpfMap::close);
    }

    private static byte[] read(String name) {
        String resource = "/bench-bpf/" + name + ".bpf.o";
        try (InputStream stream = BenchObject.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the benchmarks are not built: no " + resource + " on the class path");
            }
            return stream.readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
