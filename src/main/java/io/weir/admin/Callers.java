package io.weir.admin;

import io.weir.admin.Keys.Grant;
import io.weir.admin.Route.Access;
import io.weir.model.AdminApi;
import io.weir.model.IpAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Who may call. Without a key the API is for this host alone; then a web page of somebody else must not reach it through the
 * operator's browser either, be it by its own origin or by a name that it lets point here (DNS rebinding).
 */
final class Callers {

    private volatile Terms terms;

    /** What callers are held against. */
    record Terms(AdminApi settings, Keys keys) {

        /** @throws IllegalStateException if a key file is no good */
        static Terms of(AdminApi settings) {
            return new Terms(settings, Keys.of(settings));
        }
    }

    Callers(Terms terms) {
        this.terms = terms;
    }

    /** From the next request on. */
    void use(Terms other) {
        terms = other;
    }

    private AdminApi settings() {
        return terms.settings();
    }

    /**
     * @param header of the request, by name
     * @return whether the caller may change something
     */
    boolean admit(Access access, HeaderOf header) {
        Keys keys = terms.keys();
        if (keys.none()) {
            refuseForeign(header);
            return true;
        }
        if (access == Access.ANYONE) {
            return false;
        }
        Grant grant = shown(header).map(keys::grant).orElse(Grant.NONE);
        if (grant == Grant.NONE) {
            throw new Refusal(
                    401,
                    "unauthorized",
                    shown(header).isPresent()
                            ? "the key is not valid"
                            : "show a key: X-API-Key: KEY, or Authorization: Bearer KEY",
                    List.of(),
                    Map.of("WWW-Authenticate", "Bearer"));
        }
        if (access == Access.WRITE && grant != Grant.FULL) {
            throw new Refusal(403, "read-only", "this key may only read; use the full one");
        }
        return grant == Grant.FULL;
    }

    /** Gives a header of a request. */
    @FunctionalInterface
    interface HeaderOf {
        Optional<String> named(String name);
    }

    private static Optional<String> shown(HeaderOf header) {
        return header.named("X-API-Key")
                .or(() -> header.named("Authorization")
                        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                        .map(value -> value.substring(7).strip()));
    }

    private void refuseForeign(HeaderOf header) {
        String host = header.named("Host").map(Callers::hostOf).orElse("");
        if (!isLocal(host)) {
            throw new Refusal(
                    403,
                    "foreign-host",
                    "without a key only names of this host are answered, such as localhost; call it so, or set an :api-key");
        }
        header.named("Origin").filter(origin -> !isWelcome(origin, header)).ifPresent(origin -> {
            throw new Refusal(
                    403, "foreign-origin", "pages of other origins may not call; name theirs in :allowed-origins");
        });
    }

    private boolean isLocal(String host) {
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        try {
            IpAddress address = IpAddress.parse(host);
            return address.isLoopback() || address.equals(settings().bind());
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    /** Whether a page of this origin may read answers: its own, or one that the settings name. */
    boolean isWelcome(String origin, HeaderOf header) {
        return isAllowed(origin) || isOwn(origin, header);
    }

    /** Whether the settings name it. */
    boolean isAllowed(String origin) {
        return settings().allowedOrigins().orElse(List.of()).stream()
                .anyMatch(allowed -> allowed.equals("*") || allowed.equalsIgnoreCase(origin));
    }

    private boolean isOwn(String origin, HeaderOf header) {
        String scheme = settings().tls().isPresent() ? "https" : "http";
        return header.named("Host")
                .filter(host -> origin.equalsIgnoreCase(scheme + "://" + host))
                .isPresent();
    }

    /** Without the port and the brackets. */
    private static String hostOf(String header) {
        try {
            String host = URI.create("http://" + header).getHost();
            return host == null ? "" : host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }
}
