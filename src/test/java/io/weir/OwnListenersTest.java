package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.config.ConfigFile;
import io.weir.engine.Snapshot.ProxyStatus;
import io.weir.model.Endpoint;
import io.weir.model.HealthCheck;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.probe.Probe;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside a proxy at 192.0.2.80 port 80. */
class OwnListenersTest {

    @ParameterizedTest(name = "target {0} {1}, {2}: {3}")
    @CsvSource({
        "192.0.2.80:80, '', '[:tcp :udp]', true",
        "192.0.2.80:80, ':health-check {:port 81}', '[:tcp]', false",
        "192.0.2.80:81, '', '[:tcp]', false",
        "192.0.2.80:81, ':health-check {:port 80}', '[:tcp]', true",
        "192.0.2.81:80, '', '[:tcp]', false",
        "192.0.2.80:80, ':health-check {:type :none}', '[:tcp]', false",
        "192.0.2.80:80, '', '[:udp]', false",
    })
    void a_check_of_where_this_node_listens_is_warned_of(String place, String more, String protocols, boolean warned) {
        Endpoint target = Endpoint.parse(place);
        Proxy web = proxy("web", "192.0.2.80", protocols, "{:ip \"10.0.0.1\" :port 80}");
        Proxy other = proxy(
                "other",
                "192.0.2.99",
                "[:tcp]",
                "{:ip \"" + target.address() + "\" :port " + target.port() + " " + more + "}");
        Probe probe = Probe.of(other.defaultGroup().targets().getFirst(), target, HealthCheck.DEFAULT);
        assertThat(new OwnListeners(List.of(new ProxyStatus(web, 1, List.of(), List.of())))
                        .warning(new ProxyTarget("other", target), probe)
                        .filter(text -> text.startsWith(
                                "other " + target + ": its checks go to 192.0.2.80:80, where proxy web")))
                .matches(warning -> warning.isPresent() == warned);
    }

    private static Proxy proxy(String name, String vip, String protocols, String target) {
        return ConfigFile.parse(
                        "{:proxies [{:name \"" + name + "\" :listen {:interfaces [\"eth0\"] :port 80 :address \"" + vip
                                + "\" :protocols " + protocols + "} :default-target " + target + "}]}",
                        "test")
                .proxies()
                .getFirst();
    }
}
