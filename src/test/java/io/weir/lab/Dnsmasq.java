package io.weir.lab;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** dnsmasq on a host's loopback address; it knows {@code test} and asks nobody. */
final class Dnsmasq {

    private Dnsmasq() {}

    /** @param records {@code 10.0.0.1 web.site.test}, one a line */
    static Program serve(Host host, String records) {
        String unique = Long.toString(ThreadLocalRandom.current().nextLong() >>> 1, 36);
        Path file = host.lab().write("records-" + unique, records);
        Program server = host.start(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--user=root",
                "--pid-file=",
                "--log-facility=-",
                "--no-resolv",
                "--no-hosts",
                "--addn-hosts=" + file,
                "--local=/test/",
                "--cname=alias.site.test,web.site.test",
                "--listen-address=127.0.0.1",
                "--bind-interfaces");
        Await.until("dnsmasq listens", () -> host.run("ss -Hlun sport = :53").contains(":53"));
        return server;
    }
}
