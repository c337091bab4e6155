package io.weir.cli.demo;

import java.nio.file.Path;
import java.util.function.IntFunction;

/** The configuration the demo runs weir with: what an operator would write. */
final class DemoConfig {

    private DemoConfig() {}

    static String text(Path pins, int port) {
        return """
                {:proxies
                 [{:name "web"
                   :listen {:interfaces ["front"] :address "%s" :port 80 :protocols [:tcp :udp]}
                   :default-target %s}
                  {:name "web6"
                   :listen {:interfaces ["front"] :address "%s" :port 80 :protocols [:tcp :udp]}
                   :default-target %s}]
                 :settings {:pin-path "%s"}}
                """.formatted(
                Stage.VIP_V4, targets(Stage::serverV4, port), Stage.VIP_V6, targets(Stage::serverV6, port), pins);
    }

    private static String targets(IntFunction<String> address, int port) {
        return """
                [{:ip "%s" :port %d :weight 50}
                    {:ip "%s" :port %d :weight 30}
                    {:ip "%s" :port %d :weight 20}]""".formatted(address.apply(1), port, address.apply(2), port, address.apply(3), port);
    }
}
