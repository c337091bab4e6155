package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Site.Frames;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.testing.LabTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Established downloads, and new connections, through all that can happen to the node. */
@LabTest
class OutliveTest {

    private static final int MEGABYTES = 1024;
    private static final long STEP = 120L << 20;
    private static final int FILES_PORT = 81;

    private Site site;
    private Weir weir;
    private Program node;

    @BeforeEach
    void run() {
        site = Site.twoArm(3, Frames.OFFLOADED);
        List.of(1, 2, 3).forEach(number -> Nginx.serve(site.serverHost(number)));
        weir = new Weir(site.balancer(), "weir");
        node = weir.run(desired(50, 30, 20));
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void downloads_of_1_GB_survive_other_weights_removed_targets_reloads_restarts_and_kill_9() throws Exception {
        Nginx.Asset asset = Nginx.asset(site.lab(), "big", MEGABYTES);
        List<Download> downloads = List.of(download(Site.VIP_V4, asset.name()), download(Site.VIP_V6, asset.name()));
        go(downloads, STEP);
        List<String> servers = downloads.stream().map(Download::server).toList();
        List<String> seen = new ArrayList<>();

        during(downloads, "a reload with other weights", () -> reload(desired(10, 10, 80)), seen);
        during(downloads, "a reload without all other targets", () -> reload(keepingOnly(servers)), seen);
        during(downloads, "a restart without their own targets", () -> restart(without(servers)), seen);
        during(downloads, "kill -9", node::kill, seen);
        during(downloads, "a start after kill -9", () -> node = weir.run(desired(50, 30, 20)), seen);
        during(downloads, "SIGTERM", node::stop, seen);

        for (Download download : downloads) {
            assertThat(download.isRunning()).isTrue();
            download.finish(asset);
        }
        Proof.say("%d MB each over IPv4 and IPv6, checksums right, through %s", MEGABYTES, String.join(", ", seen));
    }

    private Download download(String vip, String file) {
        String host = vip.contains(":") ? "[" + vip + "]" : vip;
        return Download.start(site.client(), "http://" + host + ":" + FILES_PORT + "/" + file);
    }

    private static void go(List<Download> downloads, long bytes) {
        downloads.forEach(download -> download.allow(bytes));
        downloads.forEach(Download::awaitAllowed);
    }

    /** Bytes flow while it happens and after; new connections are answered after. */
    private void during(List<Download> downloads, String what, Runnable step, List<String> seen) {
        downloads.forEach(download -> download.allow(STEP));
        step.run();
        for (String vip : List.of(Site.VIP_V4, Site.VIP_V6)) {
            Crowd.ask(50, () -> Conversation.tcp(site.client(), vip, Site.PORT));
            Crowd.ask(50, () -> Conversation.udp(site.client(), vip, Site.PORT));
        }
        downloads.forEach(Download::awaitAllowed);
        go(downloads, 8L << 20);
        assertThat(downloads).allMatch(Download::isRunning);
        seen.add(what);
    }

    private void reload(Desired desired) {
        Program.End end = weir.reload(weir.text(desired));
        assertThat(end.status()).as(end.toString()).isZero();
    }

    private void restart(Desired desired) {
        assertThat(node.stop().status()).isIn(0, 143);
        node = weir.run(desired);
    }

    /** New connections go by weight; the downloads' service is another one on the same servers. */
    private Desired desired(int... weights) {
        Desired small = site.desired(Settings.DEFAULT, weights);
        List<Proxy> proxies = new ArrayList<>(small.proxies());
        proxies.add(files("files", Site.VIP_V4, site::serverV4, weights));
        proxies.add(files("files6", Site.VIP_V6, site::serverV6, weights));
        return new Desired(proxies, small.settings());
    }

    private static Proxy files(String name, String vip, Function<Integer, Endpoint> server, int... weights) {
        return Site.proxy(
                name,
                Site.listen(Optional.of(vip), FILES_PORT),
                Site.group(
                        number -> {
                            Endpoint endpoint = server.apply(number);
                            return new Endpoint(endpoint.address(), endpoint.zone(), Nginx.PORT);
                        },
                        weights));
    }

    private Desired keepingOnly(List<String> servers) {
        return desired(shares(Set.copyOf(servers)));
    }

    private Desired without(List<String> servers) {
        Set<String> others = new java.util.HashSet<>(Set.of("web1", "web2", "web3"));
        others.removeAll(servers);
        return desired(shares(others));
    }

    /** Equal weights that sum to 100 for those named, 0 for the others. */
    private static int[] shares(Set<String> servers) {
        int[] weights = new int[3];
        int left = 100;
        int more = servers.size();
        for (int number = 1; number <= weights.length; number++) {
            if (servers.contains(Site.name(number))) {
                weights[number - 1] = left / more;
                left -= left / more--;
            }
        }
        return weights;
    }
}
