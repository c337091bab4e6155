package io.weir.config;

import io.weir.model.CircuitBreaker;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.SniRoute;
import io.weir.model.SourceRoute;
import java.util.List;
import java.util.Optional;

/** One item of {@code :proxies}. */
final class ProxyReader implements Kind<Proxy> {

    private final Kind<Group> group;
    private final Kind<CircuitBreaker> circuitBreaker;

    /** @param settings whose defaults hold for what a proxy does not say */
    ProxyReader(Settings settings) {
        group = new GroupReader(settings.control().health().defaults());
        circuitBreaker =
                CircuitBreakerReader.over(settings.control().circuitBreaker().orElse(CircuitBreaker.DEFAULT));
    }

    @Override
    public Optional<Proxy> read(Value value) {
        return Section.open(value, "a proxy is a map with :name, :listen and :default-target")
                .flatMap(this::proxy);
    }

    private Optional<Proxy> proxy(Section section) {
        String names = "names are 1 to 64 of A-Z a-z 0-9 . _ -";
        Optional<String> name = section.required("name", Kind.text("[A-Za-z0-9._-]{1,64}", names), names);
        Optional<Listen> listen = section.required("listen", ListenReader::read, ListenReader.ALLOWED);
        Optional<Group> defaultGroup = section.required(
                "default-target", group, "write where clients go, such as {:ip \"10.0.0.1\" :port 8080}");
        List<SourceRoute> sourceRoutes = section.optional(
                "source-routes",
                Kind.vectorOf(this::sourceRoute, "write a vector of {:source \"10.0.0.0/8\" :target {…}}"),
                List.of());
        List<SniRoute> sniRoutes = section.optional(
                "sni-routes",
                Kind.vectorOf(this::sniRoute, "write a vector of {:sni-hostname \"example.com\" :target {…}}"),
                List.of());
        boolean persistent = section.optional("session-persistence", Kind.flag(), false);
        Optional<CircuitBreaker> breaker = section.maybe("circuit-breaker", circuitBreaker);
        section.maybe("mode", ProxyReader::mode);
        section.close();
        sniRoutes = refuseWithoutTcp(section, listen, sniRoutes);
        if (name.isEmpty() || listen.isEmpty() || defaultGroup.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Proxy(name.get(), listen.get(), defaultGroup.get(), sourceRoutes, sniRoutes, persistent, breaker));
    }

    private static List<SniRoute> refuseWithoutTcp(Section section, Optional<Listen> listen, List<SniRoute> routes) {
        boolean tcp = listen.map(Listen::protocols)
                .map(all -> all.contains(Protocol.TCP))
                .orElse(true);
        if (!tcp && !routes.isEmpty()) {
            section.refuse("sni-routes", "this proxy takes no TCP; TLS names come with TCP only");
        }
        return routes;
    }

    private static Optional<String> mode(Value value) {
        return switch (value.word().orElse("")) {
            case "nat" -> value.word();
            case "full-nat", "dsr" ->
                value.refuse(
                        "the mode :" + value.word().orElseThrow() + " does not exist yet; write :nat or leave it out");
            default -> value.refuseFor("write :nat");
        };
    }

    Optional<SourceRoute> sourceRoute(Value value) {
        return Section.open(value, "a source route is a map with :source and :target")
                .flatMap(section -> {
                    Optional<SourceRoute.Source> source =
                            section.required("source", SourceReader::read, SourceReader.ALLOWED);
                    Optional<Group> targets = targets(section);
                    boolean persistent = section.optional("session-persistence", Kind.flag(), false);
                    section.close();
                    return source.flatMap(from -> targets.map(to -> new SourceRoute(from, to, persistent)));
                });
    }

    private Optional<SniRoute> sniRoute(Value value) {
        return Section.open(value, "an SNI route is a map with :sni-hostname and :target")
                .flatMap(section -> {
                    String allowed = "write a DNS name as a string, *. may be its first label";
                    Optional<String> hostname =
                            section.required("sni-hostname", Kind.parsed(HostName::parsePattern, allowed), allowed);
                    Optional<Group> targets = targets(section);
                    boolean persistent = section.optional("session-persistence", Kind.flag(), false);
                    section.close();
                    return hostname.flatMap(name -> targets.map(to -> new SniRoute(name, to, persistent)));
                });
    }

    /** {@code :target} and {@code :targets} both take one target or a vector of them. */
    private Optional<Group> targets(Section section) {
        Optional<Group> one = section.maybe("target", group);
        Optional<Group> several = section.maybe("targets", group);
        if (section.has("target") == section.has("targets")) {
            return section.refuse(
                    section.has("target")
                            ? "found both :target and :targets; a route has one of them"
                            : "found neither :target nor :targets; a route has one of them");
        }
        return one.or(() -> several);
    }
}
