package io.weir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.api.Circuits;
import io.weir.api.Cluster;
import io.weir.api.Connections;
import io.weir.api.Dns;
import io.weir.api.Drains;
import io.weir.api.Health;
import io.weir.api.Interfaces;
import io.weir.api.Operations;
import io.weir.api.Proxies;
import io.weir.api.RateLimiting;
import io.weir.api.Routes;
import io.weir.api.Stats;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever a program can ask of a node, others can ask of it over the network. */
class ReachTest {

    private static final List<Class<?>> API = List.of(
            Operations.class,
            Proxies.class,
            Routes.class,
            Interfaces.class,
            Health.class,
            Drains.class,
            Circuits.class,
            Dns.class,
            RateLimiting.class,
            Connections.class,
            Stats.class,
            Cluster.class);

    /** Operations of the Java API, and by which request each is done. */
    private static final String REACHED = """
            Operations apply replace                           POST config
            Operations status                                  GET status
            Operations enableStatistics                        PUT statistics
            Operations rebalance                               POST lb/update
            Proxies add                                        POST proxies
            Proxies remove                                     DELETE proxies/{name}
            Proxies replaceTargets                             PUT proxies/{name}/targets
            Proxies list                                       GET proxies
            Proxies find                                       GET proxies/{name}
            Proxies subscribe                                  GET events
            Routes add                                         POST proxies/{name}/routes
            Routes remove                                      DELETE proxies/{name}/routes/{source}
            Routes replaceTargets                              PUT proxies/{name}/routes/{source}/targets
            Routes list                                        GET proxies/{name}/routes
            Interfaces attach                                  POST interfaces
            Interfaces detach                                  DELETE interfaces/{name}
            Interfaces list                                    GET interfaces
            Health list unhealthy                              GET health
            Health of find isHealthy isAllHealthy              GET health/{proxy}
            Health force release                               PUT health/{proxy}/{target}
            Health checkNow                                    POST health/{proxy}/{target}/check
            Health tcp http https                              POST checks
            Health subscribe                                   GET events
            Drains start                                       POST drains
            Drains undrain                                     DELETE drains/{target}
            Drains await find isDraining                       GET drains/{target}
            Drains list                                        GET drains
            Drains subscribe                                   GET events
            Circuits list find                                 GET circuits
            Circuits open                                      POST circuits/{target}/open
            Circuits close                                     POST circuits/{target}/close
            Circuits reset                                     POST circuits/{target}/reset
            Circuits subscribe                                 GET events
            Dns list of find                                   GET dns
            Dns resolveNow                                     POST dns/{hostname}/resolve
            Dns subscribe                                      GET events
            RateLimiting current                               GET rate-limits
            RateLimiting limitSources                          POST rate-limits/source
            RateLimiting limitTargets                          POST rate-limits/backend
            RateLimiting clear                                 DELETE rate-limits
            Connections count                                  GET connections/count
            Connections list                                   GET connections
            Connections end                                    DELETE connections
            Stats enable                                       PUT statistics
            Stats connections                                  GET connections/stats
            Stats traffic tables lostEvents                    GET traffic
            Stats verdicts                                     GET status
            Stats latencies                                    GET latencies
            Stats subscribe                                    GET events
            Cluster status isRunning behind                    GET cluster/status
            Cluster present isAlive isSuspected isDead         GET cluster/nodes
            Cluster synchronise                                POST cluster/sync
            Cluster broadcast                                  POST cluster/broadcast
            Cluster subscribe                                  GET events
            """;

    /** A process is ended by a signal. */
    private static final Set<String> BY_SIGNAL = Set.of("Operations close");

    @Test
    void every_operation_of_the_java_api_is_one_of_a_request() {
        Map<String, String> reached = reached();
        assertThat(operations()).containsExactlyInAnyOrderElementsOf(reached.keySet());
        try (Rig rig = new Rig()) {
            assertThat(rig.table().routes().stream()
                            .map(route -> route.method() + " " + route.path().replace(Route.API, ""))
                            .toList())
                    .containsAll(reached.values());
        }
    }

    private static Map<String, String> reached() {
        Map<String, String> reached = new TreeMap<>();
        for (String line : REACHED.lines().toList()) {
            String[] columns = line.split("  +");
            List<String> words = List.of(columns[0].split(" "));
            words.subList(1, words.size()).forEach(name -> reached.put(words.getFirst() + " " + name, columns[1]));
        }
        return reached;
    }

    /** Methods of one name differ in what they leave to the configuration. Those that hand out a part of the API are none. */
    private static Set<String> operations() {
        return API.stream()
                .flatMap(part -> Arrays.stream(part.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers())
                                && !Modifier.isStatic(method.getModifiers())
                                && !API.contains(method.getReturnType()))
                        .map(Method::getName)
                        .map(name -> part.getSimpleName() + " " + name))
                .filter(operation -> !BY_SIGNAL.contains(operation))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
