package io.weir.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.weir.LoadBalancer;
import io.weir.bench.AdminCalls.Call;
import io.weir.config.ConfigFile;
import io.weir.config.ConfigTree;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Proxy;
import io.weir.model.SourceRoute;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Kinds of changes of {@link LargeConfig#large}: the same by the Java API and by the admin API. */
final class ChangeKinds {

    private static final String VIP = "192.0.2.1";
    private static final String EXTRA_VIP = "198.18.9.9";
    private static final String ROUTED_CLIENT = "11.0.0.1";
    private static final Endpoint DRAINED = Endpoint.parse("172.20.0.5:8080");
    private static final Endpoint DECLARED = Endpoint.parse("172.20.0.6:8080");

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(
                    new SimpleModule().addSerializer(ConfigTree.Keyword.class, ToStringSerializer.instance));

    private final List<Group> weights = List.of(group(LargeConfig.targets(2)), group(LargeConfig.targets(3)));
    private final List<Group> targets = List.of(group(otherTarget(2)), group(otherTarget(3)));
    private final SourceRoute route = proxies(LargeConfig.large()).getFirst().sourceRoutes().getFirst();
    private final Proxy extra = proxies("[" + LargeConfig.proxy("extra", EXTRA_VIP, "{:ip \"172.20.9.250\" :port 8080}", "") + "]")
            .getFirst();

    /**
     * A kind of change.
     *
     * @param change the i-th
     * @param seen what is otherwise in the data path when it is there
     */
    record Kind<C>(String name, C change, Supplier<Object> seen) {}

    List<Kind<IntConsumer>> byJava(LoadBalancer balancer, Witness witness) {
        String main = LargeConfig.MAIN;
        return kinds(
                witness,
                i -> balancer.proxies().replaceTargets(main, weights.get(i % 2)),
                i -> balancer.proxies().replaceTargets(main, targets.get(i % 2)),
                turns(
                        () -> balancer.routes(main).remove(route.source()),
                        () -> balancer.routes(main).add(route)),
                turns(
                        () -> balancer.drains().start(main, DRAINED),
                        () -> balancer.drains().undrain(main, DRAINED)),
                turns(
                        () -> balancer.health().force(main, DECLARED, false),
                        () -> balancer.health().release(main, DECLARED)),
                turns(
                        () -> balancer.proxies().add(extra),
                        () -> balancer.proxies().remove(extra.name())));
    }

    List<Kind<IntFunction<Call>>> byAdminApi(Witness witness) {
        String main = "proxies/" + LargeConfig.MAIN;
        String declared = "health/" + LargeConfig.MAIN + "/" + DECLARED;
        return kinds(
                witness,
                calls(put(main + "/targets", weights.getFirst()), put(main + "/targets", weights.getLast())),
                calls(put(main + "/targets", targets.getFirst()), put(main + "/targets", targets.getLast())),
                calls(
                        delete(main + "/routes/" + URLEncoder.encode(route.source().text(), StandardCharsets.UTF_8)),
                        new Call("POST", main + "/routes", json(ConfigTree.of(route)))),
                calls(
                        new Call("POST", "drains", json(Map.of("proxy", LargeConfig.MAIN, "target", DRAINED.toString()))),
                        delete("drains/" + DRAINED + "?proxy=" + LargeConfig.MAIN)),
                calls(
                        new Call("PUT", declared, json(Map.of("status", "unhealthy"))),
                        new Call("PUT", declared, json(Map.of("status", "auto")))),
                calls(new Call("POST", "proxies", json(ConfigTree.of(extra))), delete("proxies/" + extra.name())));
    }

    private static <C> List<Kind<C>> kinds(
            Witness witness, C weight, C target, C sourceRoute, C drain, C health, C proxy) {
        Supplier<Object> slots = () -> witness.slots(VIP);
        return List.of(
                new Kind<>("a weight", weight, slots),
                new Kind<>("a target", target, slots),
                new Kind<>("a source route", sourceRoute, () -> witness.hasRoute(VIP, ROUTED_CLIENT)),
                new Kind<>("a drain", drain, slots),
                new Kind<>("declared health", health, slots),
                new Kind<>("a proxy", proxy, () -> witness.hasService(EXTRA_VIP)));
    }

    private static IntConsumer turns(Runnable first, Runnable second) {
        return i -> (i % 2 == 0 ? first : second).run();
    }

    private static IntFunction<Call> calls(Call first, Call second) {
        return i -> i % 2 == 0 ? first : second;
    }

    private static Call put(String path, Group group) {
        return new Call("PUT", path, json(ConfigTree.of(group)));
    }

    private static Call delete(String path) {
        return new Call("DELETE", path, "");
    }

    private static String json(Object tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Group group(String targets) {
        return proxies("[" + LargeConfig.proxy(LargeConfig.MAIN, VIP, targets, "") + "]").getFirst().defaultGroup();
    }

    private static List<Proxy> proxies(String edn) {
        return ConfigFile.parse("{:proxies " + edn + "}", "bench").proxies();
    }

    /** The weights of a seed, and another one for its last target. */
    private static String otherTarget(int seed) {
        return LargeConfig.targets(seed).replace("172.20.4.200", "172.20.8." + seed);
    }
}
