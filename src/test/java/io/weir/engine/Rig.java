package io.weir.engine;

import io.weir.engine.Event.Command;
import io.weir.engine.Event.Fact;
import io.weir.model.Desired;
import io.weir.model.Proxy;
import io.weir.model.ProxyTarget;
import io.weir.model.Settings;
import io.weir.policy.Decision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** An engine without a thread, over a data path in memory, with a clock that only moves when told. */
final class Rig {

    final RecordingDataplane dataplane = new RecordingDataplane();
    final Map<Integer, Long> flows = new HashMap<>();
    final Map<String, Long> flowsByProxy = new HashMap<>();
    final Map<Integer, Tally> tallies = new HashMap<>();
    final List<Decision> decisions = new ArrayList<>();
    final Map<ProxyTarget, Long> counted = new HashMap<>();
    private final Outbox outbox = new Outbox() {
        @Override
        public void decided(List<Decision> more) {
            decisions.addAll(more);
        }

        @Override
        public void counted(Map<ProxyTarget, Long> remaining) {
            counted.putAll(remaining);
        }
    };
    long now = 1_000_000;
    Engine engine = engine();

    private Engine engine() {
        return new Engine(dataplane, new Flows(), this::tallies, () -> now, outbox);
    }

    /** By target; those of one proxy under a key of both, else all of the target. */
    private final class Flows implements ActiveFlows {

        @Override
        public long flowsOn(int target) {
            return flows.getOrDefault(target, 0L);
        }

        @Override
        public long flowsOn(int proxy, int target) {
            return flowsByProxy.getOrDefault(proxy + " to " + target, flowsOn(target));
        }
    }

    private Map<Integer, Tally> tallies(Set<Integer> targets) {
        Map<Integer, Tally> result = new HashMap<>(tallies);
        result.keySet().retainAll(targets);
        return result;
    }

    /** A new process over the same data path; it knows nothing until it is told. */
    void restart() {
        engine = engine();
    }

    CompletableFuture<Snapshot> submit(Command command) {
        CompletableFuture<Snapshot> answer = engine.submit(command);
        engine.runOnce(now);
        return answer;
    }

    void tell(Fact fact) {
        engine.tell(fact);
        engine.runOnce(now);
    }

    void pass(long milliseconds) {
        now += milliseconds;
        engine.runOnce(now);
    }

    /** {@code eth0=2 eth1=3} */
    void links(String text) {
        Map<String, Event.Link> links = new HashMap<>();
        Arrays.stream(text.trim().split(" +")).filter(word -> !word.isEmpty()).forEach(word -> {
            String[] sides = word.split("=");
            links.put(sides[0], new Event.Link(Integer.parseInt(sides[1])));
        });
        tell(new Event.LinksChanged(links));
    }

    CompletableFuture<Snapshot> apply(Settings settings, String... proxies) {
        List<Proxy> all = Arrays.stream(proxies).map(ProxyText::proxy).toList();
        return submit(new Event.Apply(new Desired(all, settings)));
    }

    CompletableFuture<Snapshot> apply(String... proxies) {
        return apply(Settings.DEFAULT, proxies);
    }
}
