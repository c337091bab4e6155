package io.weir.config;

import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration of one proxy, given on the command line.
 *
 * @param interfaces {@code --interface}, at least one
 * @param port {@code --port}
 * @param target {@code --target}, address and port
 */
public record Flags(List<String> interfaces, int port, String target) {

    /** The name of the one proxy. */
    public static final String PROXY = "default";

    public Flags {
        interfaces = List.copyOf(interfaces);
    }

    /**
     * What the flags say.
     *
     * @throws ConfigException with everything that is wrong; paths are the flags
     */
    public Desired desired() {
        Findings findings = new Findings();
        if (interfaces.isEmpty()) {
            findings.add("--interface", 0, "is missing; name the interface to listen on, such as --interface eth0");
        }
        List<Edn> names =
                interfaces.stream().<Edn>map(name -> new Edn.Text(name, 0)).toList();
        ListenReader.interfaces().read(new Value(new Edn.Vector(names, 0), "--interface", findings));
        Kind.port().read(new Value(new Edn.Whole(port, 0), "--port", findings));
        Optional<Endpoint> endpoint = endpoint(new Value(new Edn.Text(target, 0), "--target", findings));
        if (!findings.errors().isEmpty()) {
            throw new ConfigException("", findings.errors());
        }
        Listen listen = new Listen(interfaces, port, Optional.empty(), Set.of(Protocol.values()));
        Group group = new Group(List.of(Target.of(endpoint.orElseThrow())));
        Proxy proxy = new Proxy(PROXY, listen, group, List.of(), List.of(), false, Optional.empty());
        return new Desired(List.of(proxy), Settings.DEFAULT);
    }

    private static Optional<Endpoint> endpoint(Value value) {
        return Kind.parsed(Endpoint::parse, "a target is address:port, [address]:port for IPv6")
                .read(value)
                .flatMap(found -> GroupReader.refuseNoHost(value, found));
    }
}
