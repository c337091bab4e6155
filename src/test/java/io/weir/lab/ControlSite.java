package io.weir.lab;

import io.weir.lab.Site.Frames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A two-arm site whose weir has one proxy, {@code web} with equal weights, and an admin API. */
final class ControlSite implements AutoCloseable {

    private static final int PATIENCE_MS = 300;

    /** What a connection came to that nobody answered. */
    static final String NOBODY = "nobody";

    private final Site site;
    private final Weir weir;

    private ControlSite(Site site, Weir weir) {
        this.site = site;
        this.weir = weir;
    }

    /**
     * @param proxy more keys of the proxy, as EDN
     * @param settings more settings
     */
    static ControlSite start(int servers, String proxy, String settings) {
        ControlSite control = with(servers);
        int[] weights = IntStream.generate(() -> 100 / servers).limit(servers).toArray();
        try {
            control.weir
                    .begin(control.config(control.targets(weights), proxy, settings))
                    .await(line -> line.contains(" ready: "));
            return control;
        } catch (AssertionError | RuntimeException failed) {
            control.close();
            throw failed;
        }
    }

    /** Nothing runs yet. */
    static ControlSite with(int servers) {
        Site site = Site.twoArm(servers, Frames.OFFLOADED);
        return new ControlSite(site, new Weir(site.balancer(), "weir"));
    }

    /** The servers, each with its weight. */
    String targets(int... weights) {
        return IntStream.rangeClosed(1, weights.length)
                .mapToObj(number -> "{:ip \"" + site.serverV4(number).address() + "\" :port " + Site.SERVER_PORT
                        + " :weight " + weights[number - 1] + "}")
                .collect(Collectors.joining(" "));
    }

    String config(String targets, String proxy, String settings) {
        return """
                {:proxies [{:name "web" :listen {:interfaces ["front"] :address "%s" :port %d}
                            :default-target [%s] %s}]
                 :settings {:pin-path "%s" :admin-api {:enabled true} :closing-timeout-sec 1 %s}}
                """.formatted(Site.VIP_V4, Site.PORT, targets, proxy, weir.pins(), settings);
    }

    Site site() {
        return site;
    }

    Weir weir() {
        return weir;
    }

    Console console() {
        return new Console(site.balancer());
    }

    Conversation open() throws IOException {
        return Conversation.tcp(site.client(), Site.VIP_V4, Site.PORT);
    }

    /** One connection and one question: who answered. */
    String ask() {
        try (Conversation conversation = Conversation.tcp(
                site.client(), new InetSocketAddress(0).getAddress(), Site.VIP_V4, Site.PORT, PATIENCE_MS)) {
            return conversation.ask();
        } catch (IOException unanswered) {
            return NOBODY;
        }
    }

    /** How many of so many new connections each server answered, and how many nobody did. */
    TreeMap<String, Integer> ask(int connections) {
        TreeMap<String, Integer> answers = new TreeMap<>();
        Crowd.repeat(connections, this::ask).forEach(name -> answers.merge(name, 1, Integer::sum));
        return answers;
    }

    /** Clients keep coming until all is as it should be; how many of them nobody answered. */
    int askUntilWeightsAre(Integer... weights) {
        int[] unanswered = {0};
        Await.until("the weights are " + List.of(weights), () -> {
            unanswered[0] += ask(8).getOrDefault(NOBODY, 0);
            return console().weights().equals(List.of(weights));
        });
        return unanswered[0];
    }

    @Override
    public void close() {
        site.close();
    }
}
