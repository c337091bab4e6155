package io.weir.bench;

import io.weir.cluster.Membership;
import io.weir.cluster.SharedFacts;
import io.weir.cluster.facts.Checks;
import io.weir.engine.Engine;
import io.weir.engine.Event;
import io.weir.engine.Tallies;
import io.weir.flow.FlowRecord;
import io.weir.flow.NoFlows;
import io.weir.flow.ReplicationThread;
import io.weir.flow.Shadows;
import io.weir.model.Cluster;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Target;
import io.weir.testing.MemoryDataplane;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** All that a node tells its peers: who is there, facts, and connections, of which it has none. */
final class SharingNode implements AutoCloseable {

    private final SharedFacts facts;
    private final Engine engine;
    private final ReplicationThread flows;

    SharingNode(Membership membership) {
        facts = new SharedFacts(membership.self(), Cluster.DEFAULT);
        engine = new Engine(new MemoryDataplane(), _ -> 0, Tallies.NONE, facts).start();
        engine.tell(new Event.LinksChanged(Map.of("eth0", new Event.Link(2))));
        engine.submit(new Event.Apply(MemoryDataplane.TWO_TARGETS)).join();
        flows = ReplicationThread.start(
                membership.self(), new NoFlows(), new NoShadows(), Cluster.DEFAULT.gossip().pushPull());
        membership.carryFlows(flows);
        facts.start(membership, engine, Checks.NONE);
    }

    /** Something that all are to know. */
    void drain() {
        engine.submit(new Event.StartDrain(Optional.empty(), MemoryDataplane.FIRST, Optional.empty())).join();
    }

    boolean isInSync(int peers) {
        return facts.isReady()
                && facts.undrawn().isEmpty()
                && facts.facts().size() == 1
                && flows.status().peers().size() == peers
                && flows.status().inSync();
    }

    @Override
    public void close() {
        facts.close();
        flows.close();
        engine.close();
    }

    private static final class NoShadows implements Shadows {
        @Override
        public Result put(NodeId owner, List<FlowRecord> flows) {
            return new Result(0, List.of(), flows, List.of());
        }

        @Override
        public void remove(NodeId owner, List<FlowRecord> flows) {}

        @Override
        public void handOver(NodeId from, NodeId to, List<FlowRecord> flows) {}

        @Override
        public long removeIf(NodeId owner, Predicate<FlowRecord> gone) {
            return 0;
        }

        @Override
        public long claim(NodeId owner, Predicate<FlowRecord> mine) {
            return 0;
        }

        @Override
        public long forget(NodeId owner) {
            return 0;
        }

        @Override
        public Set<NodeId> owners() {
            return Set.of();
        }

        @Override
        public OptionalLong table(NodeId owner) {
            return OptionalLong.empty();
        }

        @Override
        public void noteTable(NodeId owner, long table) {}

        @Override
        public long count(NodeId owner) {
            return 0;
        }

        @Override
        public long size() {
            return 0;
        }

        @Override
        public long capacity() {
            return 1_000;
        }
    }
}
