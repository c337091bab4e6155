package io.weir.dataplane;

import io.weir.libbpf.BpfMap;
import io.weir.libbpf.MappedArray;
import java.util.HashMap;
import java.util.Map;

/** The map {@code ports}, in memory: four bits a port, sixteen ports a word. */
final class PortTable implements AutoCloseable {

    private static final long BITS = (1L << ServiceAbi.PORT_BITS) - 1;

    private final MappedArray words;

    PortTable(BpfMap map) {
        this.words = map.map();
    }

    void put(int port, int bits) {
        int word = port / ServiceAbi.PORTS_IN_WORD;
        int shift = shift(port);
        words.writeLong(word, 0, words.readLong(word, 0) & ~(BITS << shift) | (bits & BITS) << shift);
    }

    /** Ports that have bits. */
    Map<Integer, Integer> read() {
        Map<Integer, Integer> found = new HashMap<>();
        for (int word = 0; word < words.entries(); word++) {
            long value = words.readLong(word, 0);
            for (int port = word * ServiceAbi.PORTS_IN_WORD; value != 0; port++, value >>>= ServiceAbi.PORT_BITS) {
                if ((value & BITS) != 0) {
                    found.put(port, (int) (value & BITS));
                }
            }
        }
        return found;
    }

    private static int shift(int port) {
        return ServiceAbi.PORT_BITS * (port % ServiceAbi.PORTS_IN_WORD);
    }

    @Override
    public void close() {
        words.close();
    }
}
