package io.weir.probe;

import io.weir.model.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last addresses of host names, in a file, for a start at which no DNS server answers: a line a name, the name and its
 * addresses with blanks between. Replaced as a whole; a line that is damaged is left out. At most 4,096 names, 256 addresses
 * each.
 */
final class LastKnownGood {

    static final int MAX_NAMES = 4_096;
    static final int MAX_ADDRESSES = 256;
    private static final long MAX_BYTES = 64L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(LastKnownGood.class);

    private final Path file;

    LastKnownGood(Path file) {
        this.file = file;
    }

    /** What is there; nothing when it cannot be read, which is logged. */
    SortedMap<String, List<IpAddress>> read() {
        SortedMap<String, List<IpAddress>> names = new TreeMap<>();
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("it is larger than any that weir writes");
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8); // damaged bytes damage a line
            int damaged = 0;
            for (String line : (Iterable<String>) text.lines()::iterator) {
                if (names.size() < MAX_NAMES && !add(line, names)) {
                    damaged++;
                }
            }
            if (damaged > 0) {
                LOG.warn("{}: {} damaged lines were left out", file, damaged);
            }
        } catch (NoSuchFileException first) {
            return names;
        } catch (IOException unreadable) {
            LOG.warn("{} cannot be read, no name is known from it: {}", file, unreadable.toString());
        }
        return names;
    }

    private static boolean add(String line, Map<String, List<IpAddress>> names) {
        String[] words = line.split(" ");
        if (words.length < 2 || words.length > 1 + MAX_ADDRESSES || !words[0].matches("[A-Za-z0-9._-]{1,254}")) {
            return false;
        }
        try {
            List<IpAddress> addresses =
                    Stream.of(words).skip(1).map(IpAddress::parse).toList();
            return names.putIfAbsent(words[0], addresses) == null;
        } catch (IllegalArgumentException damaged) {
            return false;
        }
    }

    /** @param names those without addresses are left out */
    void write(SortedMap<String, List<IpAddress>> names) throws IOException {
        String text = names.entrySet().stream()
                .filter(name -> !name.getValue().isEmpty())
                .limit(MAX_NAMES)
                .map(name -> line(name.getKey(), name.getValue()))
                .collect(Collectors.joining());
        Path whole = file.toAbsolutePath();
        Files.createDirectories(whole.resolveSibling("."));
        Path next = whole.resolveSibling(whole.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String line(String host, List<IpAddress> addresses) {
        return Stream.concat(
                        Stream.of(host), addresses.stream().limit(MAX_ADDRESSES).map(IpAddress::toString))
                .collect(Collectors.joining(" ", "", "\n"));
    }
}
