package io.weir.config;

import io.weir.model.AdminApi;
import java.nio.file.Path;
import java.util.Optional;

/** {@code :admin-api}. */
final class AdminApiReader {

    private static final int MIN_KEY = 8;

    private AdminApiReader() {}

    static Optional<AdminApi> read(Value value) {
        return Section.open(value, "write a map such as {:enabled true}").map(AdminApiReader::adminApi);
    }

    private static AdminApi adminApi(Section section) {
        AdminApi defaults = AdminApi.DEFAULT;
        AdminApi read = new AdminApi(
                section.optional("enabled", Kind.flag(), defaults.enabled()),
                section.optional("bind", Kind.address(), defaults.bind()),
                section.optional("port", Kind.port(), defaults.port()),
                section.maybe("api-key", AdminApiReader::key),
                section.maybe("api-key-file", Kind.path()),
                section.maybe("read-only-key-file", Kind.path()),
                section.maybe("tls", AdminApiReader::tls),
                section.maybe(
                        "allowed-origins",
                        Kind.vectorOf(
                                Kind.text(
                                        "\\*|https?://\\S+",
                                        "write an origin such as \"https://example.com\", or \"*\""),
                                "write a vector of origins")));
        if (section.has("api-key") && section.has("api-key-file")) {
            section.refuse("api-key", "found :api-key-file too; write one of them");
        }
        if (!read.bind().isLoopback() && !section.has("api-key") && !section.has("api-key-file")) {
            section.refuse(
                    "bind",
                    read.bind() + " is reachable by others; without an :api-key or :api-key-file only a loopback"
                            + " address is allowed");
        }
        section.close();
        return read;
    }

    /** Its errors leave the key out: they end up in logs. */
    private static Optional<String> key(Value value) {
        String allowed = "an api-key is a string of at least " + MIN_KEY + " characters without blanks";
        if (!(value.edn() instanceof Edn.Text text)) {
            return value.refuse("found no string; " + allowed);
        }
        return text.value().matches("[\\x21-\\x7e]{" + MIN_KEY + ",4096}")
                ? Optional.of(text.value())
                : value.refuse("found a string of " + text.value().length() + " characters; " + allowed);
    }

    private static Optional<AdminApi.Tls> tls(Value value) {
        return Section.open(value, "write a map of :cert and :key").flatMap(section -> {
            String allowed = "write the path of a PEM file as a string";
            Optional<Path> certificate = section.required("cert", Kind.path(), allowed);
            Optional<Path> key = section.required("key", Kind.path(), allowed);
            section.close();
            return certificate.flatMap(cert -> key.map(secret -> new AdminApi.Tls(cert, secret)));
        });
    }
}
