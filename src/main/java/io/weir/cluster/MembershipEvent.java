package io.weir.cluster;

import io.weir.cluster.link.PeerAddress;
import io.weir.model.NodeId;
import java.util.UUID;

/** What befalls other nodes. */
public sealed interface MembershipEvent {

    NodeId node();

    /** It takes part from now on. */
    record Joined(NodeId node, UUID boot, PeerAddress address) implements MembershipEvent {}

    /** It was started again before anybody had missed it. */
    record Restarted(NodeId node, UUID boot, PeerAddress address) implements MembershipEvent {}

    /** It does not answer. */
    record Suspected(NodeId node) implements MembershipEvent {}

    /** It answers again. */
    record Recovered(NodeId node) implements MembershipEvent {}

    /** It has said goodbye. */
    record Left(NodeId node) implements MembershipEvent {}

    /** This start of it is over. */
    record Died(NodeId node, UUID boot, PeerAddress address) implements MembershipEvent {}

    /** Another one at this address has the same name; it is no member while the other one lives. */
    record NameTaken(NodeId node, PeerAddress address) implements MembershipEvent {}
}
