package io.weir.dataplane;

import io.weir.libbpf.BpfException;
import io.weir.libbpf.BpfMap;
import io.weir.libbpf.BpfObject;
import io.weir.libbpf.BpfProgram;
import io.weir.libbpf.Btf;
import io.weir.libbpf.Errno;
import io.weir.libbpf.MapInfo;
import io.weir.libbpf.ObjectMap;
import io.weir.libbpf.TestRun;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The data path in the kernel: the programs of all objects, sharing one set of maps. Nothing is attached or pinned here. Used
 * by one thread; closing it leaves what is attached or pinned alone.
 */
public final class BpfObjects implements AutoCloseable {

    public static final String XDP = "weir_xdp";
    public static final String INGRESS = "weir_ingress";
    public static final String EGRESS = "weir_egress";
    public static final String EXPIRE = "weir_expire";
    public static final String AMEND = "weir_amend";
    public static final String SHADOW = "weir_shadow";

    private static final Map<String, List<String>> PROGRAMS = Map.of(
            "weir_xdp", List.of(XDP),
            "weir_tc", List.of(INGRESS, EGRESS),
            "weir_expire", List.of(EXPIRE, AMEND),
            "weir_shadow", List.of(SHADOW));

    /** A TC program runs on nothing less. */
    private static final int ETHERNET_MINIMUM = 64;

    private final Map<String, BpfMap> maps = new HashMap<>();
    private final Map<String, BpfProgram> programs = new LinkedHashMap<>();

    private BpfObjects() {}

    /**
     * Loads all objects with maps of their own.
     *
     * @throws BpfException with the verifier's text if the kernel refuses
     * @throws io.weir.engine.DataplaneException if an object is of another ABI
     */
    public static BpfObjects load(ObjectFiles files, Sizes sizes) {
        return load(files, sizes, Map.of());
    }

    /**
     * Loads all objects.
     *
     * @param existing maps to take instead of making new ones; they stay the caller's
     */
    public static BpfObjects load(ObjectFiles files, Sizes sizes, Map<String, BpfMap> existing) {
        BpfObjects objects = new BpfObjects();
        try {
            existing.forEach((name, map) -> objects.maps.put(name, map.duplicate()));
            files.elf().forEach((name, elf) -> objects.add(name, elf, sizes));
            return objects;
        } catch (RuntimeException failed) {
            objects.close();
            throw failed;
        }
    }

    /** A map by its name in {@code maps.h}; it closes with this. */
    public BpfMap map(String name) {
        BpfMap map = maps.get(name);
        if (map == null) {
            throw new IllegalArgumentException("there is no map " + name);
        }
        return map;
    }

    /** All maps by name; they close with this. */
    Map<String, BpfMap> maps() {
        return Map.copyOf(maps);
    }

    /** A program by its name; it closes with this. */
    public BpfProgram program(String name) {
        BpfProgram program = programs.get(name);
        if (program == null) {
            throw new IllegalArgumentException("there is no program " + name);
        }
        return program;
    }

    /**
     * Arms the timer that does all expiry; after every load, since the timer holds the program it runs.
     *
     * @throws BpfException if the kernel does not start it
     */
    public void startExpiry() {
        BpfProgram program = program(EXPIRE);
        TestRun run = TestRun.packet(new byte[ETHERNET_MINIMUM]);
        ExpiryTimer.start(() -> program.run(run).action(), LockSupport::parkNanos);
    }

    /**
     * Counts flows that were put into the tables from here.
     *
     * @param flows forward entries
     * @param of where, and by which proxy, so many of them
     * @param active have not ended
     */
    void amend(long flows, Counters.ProxyTarget of, long active) {
        byte[] packet = new byte[ETHERNET_MINIMUM];
        MemorySegment amendment = MemorySegment.ofArray(packet);
        NodeAbi.Amendment.FLOWS.set(amendment, flows);
        NodeAbi.Amendment.ACTIVE.set(amendment, active);
        NodeAbi.Amendment.TARGET.set(amendment, of.target());
        NodeAbi.Amendment.PROXY.set(amendment, of.proxy());
        int error = program(AMEND).run(TestRun.packet(packet)).action();
        if (error != 0) {
            throw new BpfException("counting the flows that were copied", error);
        }
    }

    private void add(String name, byte[] elf, Sizes sizes) {
        AbiCheck.require(name, elf);
        try {
            load(name, elf, sizes);
        } catch (BpfException refused) {
            if (refused.errno() != Errno.EINVAL || !name.equals("weir_xdp")) {
                throw refused;
            }
            // Before 5.18 there are no multi-buffer packets, and the flag for them is not known.
            load(name, BpfObject.withoutFragments(elf), sizes);
        }
    }

    private void load(String name, byte[] elf, Sizes sizes) {
        Map<String, ObjectMap> made = new HashMap<>();
        try (BpfObject object = BpfObject.open(name, elf)) {
            for (Btf.MapDeclaration declared : Btf.ofObject(elf).maps()) {
                ObjectMap map = object.map(declared.name());
                BpfMap known = maps.get(declared.name());
                if (known == null) {
                    adjust(declared.name(), map, sizes);
                    made.put(declared.name(), map);
                } else {
                    map.reuse(known);
                }
            }
            object.load();
            made.forEach((mapName, map) -> maps.put(mapName, map.loaded()));
            for (String program : PROGRAMS.getOrDefault(name, List.of())) {
                programs.put(program, object.program(program).loaded());
            }
        }
    }

    private static void adjust(String name, ObjectMap map, Sizes sizes) {
        sizes.of(name).ifPresent(map::maxEntries);
        // Before 6.1 a program may not allocate in every context, and a map that is not preallocated fails there.
        boolean flows = name.equals(MapShape.FLOWS4) || name.equals(MapShape.FLOWS6);
        if (flows && !KernelVersion.running().atLeast(6, 1)) {
            map.flags(map.flags() & ~MapInfo.NO_PREALLOC);
        }
    }

    @Override
    public void close() {
        programs.values().forEach(BpfProgram::close);
        maps.values().forEach(BpfMap::close);
        programs.clear();
        maps.clear();
    }
}
