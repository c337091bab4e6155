package io.weir.cluster.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys of a cluster. A node seals with the first of its own that the peer has too, and opens with any.
 *
 * <p>The file has one key a line: 32 bytes, as 44 characters of Base64 or 64 of hexadecimal. Blank lines count nothing, nor does
 * what stands behind a {@code #}. {@code openssl rand -base64 32} makes a key.
 */
public final class Keyring {

    /** A list that is longer holds keys that nobody takes out any more. */
    static final int MOST = 8;

    private static final int LONGEST_FILE = 64 << 10;
    private static final String ALLOWED =
            "a key is 32 bytes, as 44 characters of Base64 or 64 of hexadecimal; make one with"
                    + " 'openssl rand -base64 32'";
    private static final Set<PosixFilePermission> STRANGERS = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

    private final List<Key> keys;

    private Keyring(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Without any: nothing is sealed. */
    public static Keyring none() {
        return new Keyring(List.of());
    }

    /**
     * Reads a file.
     *
     * @throws IllegalStateException if it is no good, with its path, the line and the reason
     */
    public static Keyring read(Path file) {
        String what = "the keyring " + file;
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(STRANGERS::contains)) {
                throw new IllegalStateException(what + " is open to everyone: chmod o= " + file);
            }
            if (Files.size(file) > LONGEST_FILE) {
                throw new IllegalStateException(what + " is too long to be one: " + ALLOWED);
            }
            return parse(what, Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new IllegalStateException(what + " does not exist: create it, one key a line; " + ALLOWED, e);
        } catch (AccessDeniedException e) {
            throw new IllegalStateException(what + " may not be read by this user", e);
        } catch (IOException e) {
            throw new IllegalStateException(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** @param what begins an error's words */
    public static Keyring parse(String what, String text) {
        List<Key> keys = new ArrayList<>();
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].replaceFirst("#.*", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            String place = what + ", line " + (i + 1) + ": ";
            Key key = key(line).orElseThrow(() -> new IllegalStateException(place + "no key; " + ALLOWED));
            if (keys.stream().anyMatch(other -> other.id() == key.id())) {
                throw new IllegalStateException(place + "the same key again; leave it out");
            }
            keys.add(key);
        }
        if (keys.isEmpty()) {
            throw new IllegalStateException(what + " holds no key: " + ALLOWED);
        }
        if (keys.size() > MOST) {
            throw new IllegalStateException(what + " holds " + keys.size() + " keys, at most " + MOST
                    + ": take out those that no node seals with");
        }
        return new Keyring(keys);
    }

    /** The words of an error never show what stands in the file. */
    private static Optional<Key> key(String line) {
        try {
            byte[] bytes = line.length() == 64
                    ? HexFormat.of().parseHex(line)
                    : Base64.getDecoder().decode(line);
            return Optional.of(bytes).filter(key -> key.length == Key.BYTES).map(Key::new);
        } catch (IllegalArgumentException noKey) {
            return Optional.empty();
        }
    }

    public int size() {
        return keys.size();
    }

    /** What its keys are called, in the order of the file; that tells nothing of the keys. Empty without any. */
    public Optional<String> names() {
        return Optional.of(keys.stream().map(Key::name).collect(Collectors.joining(", ")))
                .filter(names -> !names.isEmpty());
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    /** In the order of the file. */
    List<Key> keys() {
        return keys;
    }

    Optional<Key> byId(long id) {
        return keys.stream().filter(key -> key.id() == id).findFirst();
    }

    /** Whether it seals as the other one does. */
    boolean prefersAs(Keyring other) {
        return keys.stream()
                .map(Key::id)
                .toList()
                .equals(other.keys.stream().map(Key::id).toList());
    }

    @Override
    public String toString() {
        return keys.size() + (keys.size() == 1 ? " key" : " keys");
    }
}
