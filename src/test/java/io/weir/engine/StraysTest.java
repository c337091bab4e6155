package io.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.Cidr;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.model.SourceRoute;
import io.weir.model.SourceRoute.Source;
import io.weir.model.Target;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies as "NAME TARGETS / TARGETS OF A ROUTE / …"; several with "; " between. A target is the last octet of its address. */
class StraysTest {

    @ParameterizedTest(name = "{0} → {1}: {2} left")
    @CsvSource(
            delimiter = '|',
            value = {
                "web 1 2 / 3         | web 1 2 / 3         | ''",
                "web 1 2 / 3         | web 1 2             | 'web 3'",
                "web 1 2 / 1         | web 1 2             | ''",
                "web 1 2 / 3         | web 1 / 3 / 2       | ''",
                "web 1 2 / 3         | web 4 / 3           | 'web 1, web 2'",
                "web 1; api 1        | api 1               | 'web 1'",
                "web 1; api 2        | web 1; api 3 / 1    | 'api 2'",
                "web 1; api 2        | web 2; api 1        | 'web 1, api 2'",
                "web 1 / 2 / 3 / 4   | web 1 / 2 / 4       | 'web 3'",
                "web 1 / 2 / 3 / 2   | web 1 / 3 / 2       | ''",
            })
    void who_left_is_who_was_there_and_is_not(String before, String after, String left) {
        Desired earlier = desired(before, new Desired(List.of(), Settings.DEFAULT));
        Desired later = desired(after, earlier);
        Set<ProxyTarget> gone = new HashSet<>(Strays.present(earlier, Observed.NOTHING));
        gone.removeAll(Strays.present(later, Observed.NOTHING));
        assertThat(Strays.between(earlier, later, Observed.NOTHING))
                .isEqualTo(gone)
                .extracting(stray -> stray.proxy() + " " + octet(stray.endpoint()))
                .containsExactlyInAnyOrder(left.isEmpty() ? new String[0] : left.split(", "));
    }

    private static long octet(Endpoint endpoint) {
        return endpoint.address().low() & 255;
    }

    /** What reads the same is the same object as before, as after a command. */
    private static Desired desired(String text, Desired before) {
        return new Desired(
                Arrays.stream(text.strip().split("; "))
                        .map(proxy -> kept(proxy(proxy.strip(), before), before))
                        .toList(),
                Settings.DEFAULT);
    }

    private static Proxy kept(Proxy proxy, Desired before) {
        return before.proxies().stream().filter(proxy::equals).findFirst().orElse(proxy);
    }

    private static Proxy proxy(String text, Desired before) {
        String name = text.substring(0, text.indexOf(' '));
        String[] groups = text.substring(name.length()).split("/");
        List<SourceRoute> known = before.proxies().stream()
                .filter(proxy -> proxy.name().equals(name))
                .flatMap(proxy -> proxy.sourceRoutes().stream())
                .toList();
        List<SourceRoute> routes = IntStream.range(1, groups.length)
                .mapToObj(i -> new SourceRoute(
                        new Source.Prefix(Cidr.parse("10.9." + groups[i].strip() + ".0/24")), group(groups[i]), false))
                .map(route -> known.stream().filter(route::equals).findFirst().orElse(route))
                .toList();
        Listen listen = new Listen(List.of("eth0"), 80, Optional.empty(), Set.of(Protocol.TCP));
        return new Proxy(name, listen, group(groups[0]), routes, List.of(), false, Optional.empty());
    }

    private static Group group(String text) {
        return new Group(Arrays.stream(text.strip().split(" "))
                .map(octet -> Target.of(Endpoint.of("10.0.0." + octet, 80)))
                .toList());
    }
}
