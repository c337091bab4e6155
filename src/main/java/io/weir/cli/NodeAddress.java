package io.weir.cli;

import io.weir.model.AdminApi;
import io.weir.model.Desired;
import io.weir.model.IpAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * Where a node's admin API is, and what it takes to be answered there.
 *
 * @param url without a slash at its end
 * @param key to show; empty: none
 * @param trust whose certificates are believed; empty: those that Java's own store believes
 * @param pinPath where the node's data path is pinned, as far as a file says so
 * @param without why there is no admin API to call; empty: there should be one
 * @param isNamed whether the caller named this very node, so that nothing else is an answer
 */
record NodeAddress(
        URI url,
        Optional<String> key,
        Optional<SSLContext> trust,
        Optional<Path> pinPath,
        Optional<String> without,
        boolean isNamed) {

    /** By options, environment and file. @throws CommandFailure if a file is no good */
    static NodeAddress of(NodeOptions options, Appliance appliance) {
        Optional<Path> config = options.config(appliance);
        Optional<Desired> file = config.map(path -> appliance.load(path).desired());
        Optional<AdminApi> api =
                file.map(desired -> desired.settings().control().adminApi());
        Optional<URI> named = options.url(appliance).map(NodeAddress::parse);
        return new NodeAddress(
                named.orElseGet(() -> url(api.orElse(AdminApi.DEFAULT))),
                options.keyFile(appliance)
                        .map(NodeAddress::read)
                        .or(() -> options.key(appliance))
                        .or(() -> api.flatMap(NodeAddress::key)),
                options.caFile(appliance)
                        .map(Trust::authorities)
                        .or(() -> api.flatMap(AdminApi::tls).map(tls -> Trust.only(tls.certificate()))),
                file.map(desired -> desired.settings().pinPath()),
                api.filter(settings -> named.isEmpty() && !settings.enabled())
                        .flatMap(_ -> config)
                        .map(path -> path + " switches no admin API on: set :admin-api {:enabled true} under :settings,"
                                + " or name a node with --url"),
                named.isPresent());
    }

    private static URI parse(String text) {
        String given = text.replaceFirst("/+$", "");
        try {
            URI url = new URI(given);
            boolean isWeb = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (isWeb
                    && url.getHost() != null
                    && (url.getPath() == null || url.getPath().isEmpty())) {
                return url;
            }
        } catch (URISyntaxException wrong) {
            // said below
        }
        throw new CommandFailure(
                ExitCode.USAGE, "'" + text + "' is no address of an admin API: write it as http://127.0.0.1:8081");
    }

    private static URI url(AdminApi api) {
        String host = api.bind().isUnspecified()
                ? api.bind().family() == IpAddress.Family.V4 ? "127.0.0.1" : "[::1]"
                : api.bind().beforePort();
        return URI.create((api.tls().isPresent() ? "https://" : "http://") + host + ":" + api.port());
    }

    /** The best key of the file's that this user may read. */
    private static Optional<String> key(AdminApi api) {
        return api.apiKey()
                .or(() -> Stream.concat(api.apiKeyFile().stream(), api.readOnlyKeyFile().stream())
                        .filter(Files::isReadable)
                        .findFirst()
                        .map(NodeAddress::read));
    }

    private static String read(Path file) {
        try {
            String key = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (key.matches("[\\x21-\\x7e]+")) {
                return key;
            }
            throw new CommandFailure(ExitCode.USAGE, "the key file " + file + " holds no key: a key is one line");
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "the key file " + file + " cannot be read: " + Trust.reason(unreadable) + "; name another one",
                    unreadable);
        }
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return url.toString();
    }
}
