package io.weir.examples;

import io.weir.LoadBalancer;
import io.weir.model.Cidr;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.IpAddress;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Changing proxies, source routes, weights and interfaces while packets pass. Each call returns when the data path has it. */
public final class ProxiesExample {

    private ProxiesExample() {}

    /**
     * @param vip not used by any proxy at this port
     * @param one a target
     * @param other another
     */
    public static void change(LoadBalancer lb, String interfaceName, IpAddress vip, Endpoint one, Endpoint other) {
        Listen listen = new Listen(List.of(interfaceName), 8080, Optional.of(vip), Set.of(Protocol.TCP));
        Group all = new Group(List.of(Target.of(one)));
        lb.proxies().add(new Proxy("api", listen, all, List.of(), List.of(), false, Optional.empty()));

        // Weights: of up to eight targets they are percentages.
        lb.proxies().replaceTargets("api", new Group(List.of(Target.of(one, 70), Target.of(other, 30))));

        // Clients of one network go to targets of their own.
        Source lan = new Source.Prefix(Cidr.parse("192.168.1.0/24"));
        lb.routes("api").add(new SourceRoute(lan, new Group(List.of(Target.of(other))), false));
        lb.routes("api").replaceTargets(lan, all);

        lb.proxies()
                .find("api")
                .orElseThrow()
                .allTargets()
                .forEach(target ->
                        System.out.println(target.target().destination().text() + " has weight " + target.weight()
                                + ", " + target.reason().text()));

        lb.routes("api").remove(lan);
        lb.interfaces().detach(List.of(interfaceName)); // no packet is looked at there until
        lb.interfaces().attach(List.of(interfaceName));
        lb.proxies().remove("api");
    }
}
