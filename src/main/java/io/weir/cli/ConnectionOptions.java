package io.weir.cli;

import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.Protocol;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which connections are meant: those that agree with everything that is said. */
final class ConnectionOptions {

    @Option(names = "--proxy", paramLabel = "NAME", description = "Only of this proxy; needs a node")
    private @Nullable String proxy;

    @Option(names = "--target", paramLabel = "TARGET", description = "Only to this target, as in 10.0.0.1:8080")
    private @Nullable String target;

    @Option(names = "--client", paramLabel = "PREFIX", description = "Only of clients there: an address or a prefix")
    private @Nullable String client;

    @Option(names = "--protocol", paramLabel = "PROTOCOL", description = "Only tcp, or only udp")
    private @Nullable String protocol;

    @Option(names = "--state", paramLabel = "STATE", description = "Only established, or only closing")
    private @Nullable String state;

    /** The same as a question to a node. */
    Map<String, Optional<String>> query() {
        Map<String, Optional<String>> query = new LinkedHashMap<>();
        query.put("proxy", Optional.ofNullable(proxy));
        query.put("target", target().map(Endpoint::toString));
        query.put("client", client().map(Cidr::toString));
        query.put("protocol", protocol().map(ConnectionOptions::word));
        query.put("state", state().map(ConnectionOptions::word));
        return query;
    }

    /** Whether they mean a flow of the pinned table, which does not know proxies by name. */
    boolean matches(Flow flow) {
        return target().filter(wanted -> !isAt(flow.target(), wanted)).isEmpty()
                && client().filter(wanted -> !wanted.contains(flow.client().address()))
                        .isEmpty()
                && protocol().filter(wanted -> wanted != flow.protocol()).isEmpty()
                && state().filter(wanted -> wanted != flow.state()).isEmpty();
    }

    /** The flow table has no zones. */
    private static boolean isAt(Flow.Peer peer, Endpoint endpoint) {
        return peer.address().equals(endpoint.address()) && peer.port() == endpoint.port();
    }

    /** @throws CommandFailure if they ask for more than the pinned table knows */
    void requirePinned() {
        if (proxy != null) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE,
                    "only a node knows connections by their proxy: start it, or ask for a --target instead");
        }
    }

    private Optional<Endpoint> target() {
        return parsed("--target", target, Endpoint::parse);
    }

    private Optional<Cidr> client() {
        return parsed("--client", client, Cidr::parse);
    }

    private Optional<Protocol> protocol() {
        return parsed("--protocol", protocol, text -> constant(Protocol.values(), text));
    }

    private Optional<Flow.State> state() {
        return parsed("--state", state, text -> constant(Flow.State.values(), text));
    }

    private static <T> Optional<T> parsed(String option, @Nullable String text, Function<String, T> parser) {
        try {
            return Optional.ofNullable(text).map(parser);
        } catch (IllegalArgumentException none) {
            throw new CommandFailure(ExitCode.USAGE, option + ": " + none.getMessage(), none);
        }
    }

    private static <E extends Enum<E>> E constant(E[] all, String text) {
        return Arrays.stream(all)
                .filter(one -> word(one).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("write "
                        + Arrays.stream(all).map(ConnectionOptions::word).collect(Collectors.joining(" or "))
                        + ", not '" + text + "'"));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
