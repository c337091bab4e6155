package io.weir.packet;

import io.weir.flow.FlowRecord;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.IpAddress.Family;
import io.weir.model.NodeId;
import io.weir.model.Protocol;
import java.time.Duration;
import java.util.Optional;

/** Flows as a peer tells them. */
public final class PeerFlows {

    public static final NodeId PEER = new NodeId("peer");
    public static final NodeId OTHER_PEER = new NodeId("other-peer");
    static final Duration AGE = Duration.ofSeconds(100);

    private PeerFlows() {}

    static FlowRecord flow(Family family, Role client, Role vip, Role target, int protocol) {
        return flow(family, client, client.port(), vip, target.address(family), target.port(), protocol);
    }

    public static FlowRecord flow(
            Family family, Role client, int clientPort, Role vip, IpAddress target, int targetPort, int protocol) {
        return new FlowRecord(
                Protocol.ofNumber(protocol),
                new Flow.Peer(client.address(family), clientPort),
                new Flow.Peer(vip.address(family), vip.port()),
                new Endpoint(target, Optional.empty(), targetPort),
                vip == Role.OTHER_VIP ? Setup.OTHER_PROXY_NAME : Setup.PROXY_NAME,
                AGE,
                Duration.ZERO);
    }

    /** What its client sends. */
    public static Tables.Key key(FlowRecord flow) {
        return new Tables.Key(
                flow.client().address(),
                flow.client().port(),
                flow.vip().address(),
                flow.vip().port(),
                flow.protocol().number());
    }

    /** The number of its proxy. */
    public static int proxy(FlowRecord flow) {
        return flow.proxy().equals(Setup.OTHER_PROXY_NAME) ? Setup.OTHER_PROXY : Setup.PROXY;
    }

    /** The same that had its last packet so long ago. */
    public static FlowRecord idle(FlowRecord flow, Duration idle) {
        return new FlowRecord(
                flow.protocol(), flow.client(), flow.vip(), flow.target(), flow.proxy(), flow.age(), idle);
    }

    /** The same that was confirmed so long ago. */
    public static FlowRecord aged(FlowRecord flow, Duration age) {
        return new FlowRecord(
                flow.protocol(), flow.client(), flow.vip(), flow.target(), flow.proxy(), age, flow.idle());
    }
}
