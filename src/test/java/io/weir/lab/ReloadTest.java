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
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The file of a node that runs, changed under traffic. */
@LabTest
class ReloadTest {

    private static final int FILES_PORT = 81;
    private static final int STORM = 50;

    private Site site;
    private Weir weir;
    private Program node;

    @BeforeEach
    void run() {
        site = Site.twoArm(2, Frames.OFFLOADED);
        List.of(1, 2).forEach(number -> Nginx.serve(site.serverHost(number)));
        weir = new Weir(site.balancer(), "weir");
        node = weir.run(desired(50, 50));
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** Names by weight, and files by the same weights. */
    private Desired desired(int... weights) {
        Desired names = site.desired(Settings.DEFAULT, weights);
        List<Proxy> proxies = new ArrayList<>(names.proxies());
        proxies.add(Site.proxy(
                "files",
                Site.listen(Optional.of(Site.VIP_V4), FILES_PORT),
                Site.group(
                        number -> {
                            Endpoint server = site.serverV4(number);
                            return new Endpoint(server.address(), server.zone(), Nginx.PORT);
                        },
                        weights)));
        return new Desired(proxies, names.settings());
    }

    private Program.End reload(Desired desired) {
        return weir.reload(weir.text(desired));
    }

    private Map<String, Integer> answers() {
        return Crowd.ask(40, () -> Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT));
    }

    @Test
    void a_download_goes_on_through_reloads_that_change_weights_remove_targets_and_are_refused() throws Exception {
        Nginx.Asset asset = Nginx.asset(site.lab(), "big", 256);
        Download download =
                Download.start(site.client(), "http://" + Site.VIP_V4 + ":" + FILES_PORT + "/" + asset.name());
        download.allow(16L << 20);
        download.awaitAllowed();
        int own = Integer.parseInt(download.server().substring("web".length()));
        int[] onlyOwn =
                IntStream.of(1, 2).map(number -> number == own ? 100 : 0).toArray();
        int[] onlyOther = IntStream.of(onlyOwn).map(weight -> 100 - weight).toArray();

        Program.End changed = reload(desired(90, 10));
        assertThat(changed.status()).as(changed.toString()).isZero();
        assertThat(changed.output()).hasSize(6).allMatch(line -> line.contains(".weight: 50 -> "));
        download.allow(16L << 20);

        assertThat(reload(desired(onlyOwn)).status()).isZero();
        assertThat(answers()).containsOnlyKeys("web" + own);
        download.allow(16L << 20);

        assertThat(reload(desired(onlyOther)).status()).isZero();
        assertThat(answers()).containsOnlyKeys("web" + (3 - own));
        download.allow(16L << 20);

        Program.End refused = weir.reload(weir.text(desired(50, 50)).replaceFirst(":weight 50", ":weight 60"));
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.errors()).singleElement().asString().contains(".edn:", "default-target", "110");
        assertThat(answers()).containsOnlyKeys("web" + (3 - own)).containsValue(40);
        download.awaitAllowed();

        download.finish(asset);
        Proof.say(
                "%d MB from %s through three reloads and one that was refused", asset.bytes() >> 20, download.server());
    }

    @Test
    void many_signals_at_once_under_traffic_end_with_the_last_file_and_cost_no_connection() {
        for (int signal = 1; signal <= STORM; signal++) {
            weir.write(weir.text(desired(signal, 100 - signal)));
            site.balancer().run("kill -HUP " + node.pid());
            if (signal % 10 == 0) {
                answers();
            }
        }
        weir.write(weir.text(desired(100, 0)));
        Program.End last = reload(desired(100, 0));

        assertThat(last.status()).as(last.toString()).isZero();
        assertThat(answers()).containsOnlyKeys("web1").containsValue(40);
        assertThat(node.isAlive()).isTrue();
    }
}
