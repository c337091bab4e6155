package io.weir.config;

import io.weir.model.Desired;
import io.weir.model.Proxy;
import java.util.List;

/**
 * Features that can be written down and do not exist yet. A feature that is built loses its line here, nothing else
 * knows about it. A section that is switched off, or says what the default says, asks for nothing.
 */
final class Unimplemented {

    private final Lines lines;
    private final Findings findings = new Findings();

    private Unimplemented(Lines lines) {
        this.lines = lines;
    }

    /** What a configuration asks for in vain. */
    static List<ConfigError> in(Desired desired, Lines lines) {
        Unimplemented features = new Unimplemented(lines);
        for (int i = 0; i < desired.proxies().size(); i++) {
            features.proxy(Paths.item("proxies", i), desired.proxies().get(i));
        }
        return features.findings.errors();
    }

    private void proxy(String path, Proxy proxy) {
        lacks(!proxy.sniRoutes().isEmpty(), path + ".sni-routes", "SNI routes");
    }

    private void lacks(boolean wanted, String path, String feature) {
        if (wanted) {
            findings.add(path, lines.of(path), "this version has no " + feature + "; leave it out");
        }
    }
}
