package io.weir.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The administration endpoint.
 *
 * @param enabled whether it listens
 * @param bind where; without a key only a loopback address
 * @param port where
 * @param apiKey what a caller must show, at least 8 characters
 * @param apiKeyFile a file that holds it instead
 * @param readOnlyKeyFile a file that holds a key that may only read
 * @param tls certificate and key, if it speaks TLS
 * @param allowedOrigins origins that browsers may call from; empty: none but its own
 */
public record AdminApi(
        boolean enabled,
        IpAddress bind,
        int port,
        Optional<String> apiKey,
        Optional<Path> apiKeyFile,
        Optional<Path> readOnlyKeyFile,
        Optional<Tls> tls,
        Optional<List<String>> allowedOrigins) {

    /** PEM files. */
    public record Tls(Path certificate, Path key) {}

    public static final AdminApi DEFAULT = new AdminApi(
            false,
            IpAddress.parse("127.0.0.1"),
            8081,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public AdminApi {
        allowedOrigins = allowedOrigins.map(List::copyOf);
    }

    /** Whether a caller must show a key. */
    public boolean hasKey() {
        return apiKey.isPresent() || apiKeyFile.isPresent();
    }

    /** Leaves the key out: records end up in logs. */
    @Override
    public String toString() {
        return "AdminApi[enabled=" + enabled + ", bind=" + bind + ", port=" + port + ", key=" + hasKey() + ", tls="
                + tls.isPresent() + "]";
    }
}
