package io.weir.dataplane;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a pinned link is called: hook and interface. A BPF file system refuses dots, which names of VLAN interfaces have.
 *
 * @param hook where it is attached
 * @param interfaceName the interface's name
 */
record LinkName(Hook hook, String interfaceName) {

    private static final Pattern PATTERN = Pattern.compile("([a-z-]+)@(.+)");

    enum Hook {
        XDP("xdp"),
        INGRESS("tc-ingress"),
        EGRESS("tc-egress");

        private final String text;

        Hook(String text) {
            this.text = text;
        }
    }

    String fileName() {
        return hook.text + "@" + interfaceName.replace("%", "%25").replace(".", "%2e");
    }

    static Optional<LinkName> parse(String fileName) {
        Matcher parts = PATTERN.matcher(fileName);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String name = parts.group(2).replace("%2e", ".").replace("%25", "%");
        for (Hook hook : Hook.values()) {
            if (hook.text.equals(parts.group(1))) {
                return Optional.of(new LinkName(hook, name));
            }
        }
        return Optional.empty();
    }
}
