package io.weir.admin;

import io.weir.model.AdminApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The keys that callers may show. Digests of equal length are compared, in a time that does not depend on where they differ, and
 * always all of them.
 */
final class Keys {

    private static final String ALLOWED = "a key is one line of at least 8 characters without blanks";

    private final Optional<byte[]> full;
    private final Optional<byte[]> readOnly;

    enum Grant {
        NONE,
        READ,
        FULL
    }

    private Keys(Optional<String> full, Optional<String> readOnly) {
        this.full = full.map(Keys::digest);
        this.readOnly = readOnly.map(Keys::digest);
    }

    /**
     * Reads the files.
     *
     * @throws IllegalStateException if one is no good, with its path and the reason
     */
    static Keys of(AdminApi settings) {
        Optional<String> full = settings.apiKey().or(() -> settings.apiKeyFile().map(Keys::read));
        Optional<String> readOnly = settings.readOnlyKeyFile().map(Keys::read);
        if (full.isPresent() && full.equals(readOnly)) {
            throw new IllegalStateException("the read-only key "
                    + settings.readOnlyKeyFile().orElseThrow() + " is the full key too: write another one");
        }
        return new Keys(full, readOnly);
    }

    private static String read(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                throw new IllegalStateException("the key file " + file + " can be read by everyone: chmod o= " + file);
            }
            String text = new String(SecretFile.read(file), StandardCharsets.US_ASCII).strip();
            if (!text.matches("[\\x21-\\x7e]{8,4096}")) {
                throw new IllegalStateException("the key file " + file + " holds no key: " + ALLOWED);
            }
            return text;
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("the key file " + file + " does not exist: create it, " + ALLOWED, e);
        } catch (AccessDeniedException e) {
            throw new IllegalStateException("the key file " + file + " may not be read by this user", e);
        } catch (IOException e) {
            throw new IllegalStateException("the key file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Whether nobody has to show one. */
    boolean none() {
        return full.isEmpty() && readOnly.isEmpty();
    }

    /** What a key allows. */
    Grant grant(String shown) {
        byte[] digest = digest(shown);
        boolean isFull = MessageDigest.isEqual(digest, full.orElse(new byte[0]));
        boolean isReadOnly = MessageDigest.isEqual(digest, readOnly.orElse(new byte[0]));
        return isFull ? Grant.FULL : isReadOnly ? Grant.READ : Grant.NONE;
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
