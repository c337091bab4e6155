package io.weir.flow;

import io.weir.model.NodeId;
import io.weir.sim.Host;
import io.weir.sim.Lane;
import io.weir.sim.Process;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/** The replication of one node, over the tables that its kernel keeps when the process dies. */
final class FlowNode implements Process {

    /** Of the simulated ring of events: what comes while nobody reads is lost soon. */
    private static final int RING = 40;

    private static final long SUM_NANOS = 5_000_000_000L;

    private final Host host;
    private final Machine machine;
    private final FlowExchange exchange;

    /** What outlives the process. */
    static final class Machine {
        ModelTables tables;
        private final Deque<Event> events = new ArrayDeque<>();

        private record Event(boolean open, FlowRecord flow) {}

        Machine(ModelTables tables) {
            this.tables = tables;
            tables.onEvent((open, flow) -> {
                if (events.size() < RING) {
                    events.add(new Event(open, flow));
                } else {
                    tables.lost++;
                }
            });
        }
    }

    FlowNode(Host host, Machine machine) {
        this.host = host;
        this.machine = machine;
        this.exchange = new FlowExchange(host.id(), machine.tables, machine.tables, host.random(), SUM_NANOS, now());
    }

    FlowExchange exchange() {
        return exchange;
    }

    private long now() {
        return host.now() * 1_000_000;
    }

    @Override
    public void tick() {
        while (!machine.events.isEmpty()) {
            Machine.Event event = machine.events.remove();
            if (event.open()) {
                exchange.opened(event.flow(), now(), now());
            } else {
                exchange.closed(event.flow(), now(), now());
            }
        }
        int turns = 0;
        do {
            exchange.tick(now());
        } while (exchange.due(now()) <= now() && ++turns < 10);
    }

    @Override
    public void up(NodeId peer) {
        exchange.up(new TestLink(peer, frame -> host.offer(peer, Lane.FLOWS, frame)), now());
    }

    @Override
    public void down(NodeId peer) {
        exchange.down(peer);
    }

    @Override
    public void left(NodeId peer) {
        exchange.left(peer, now());
    }

    @Override
    public void dead(NodeId peer, Set<NodeId> survivors) {
        exchange.dead(peer, survivors, now());
    }

    @Override
    public void received(NodeId from, Lane lane, byte[] frame) {
        exchange.frame(from, frame, now());
        tick();
    }
}
