package io.weir.dataplane;

import java.util.List;

/**
 * {@code bpf/abi.h} on this side: one class a struct, with the names they have there, in one file a subject. What a field means
 * stands there and is not said twice.
 */
public final class Abi {

    public static final int FAMILY_ANY = 0;
    public static final int FAMILY_V4 = 4;
    public static final int FAMILY_V6 = 6;

    /** Every struct. */
    public static final List<Layout> STRUCTS = List.of(
            FlowAbi.FlowKey4.LAYOUT,
            FlowAbi.FlowKey6.LAYOUT,
            FlowAbi.Hop.LAYOUT,
            FlowAbi.Flow.LAYOUT,
            FlowAbi.HalfOpen.LAYOUT,
            FlowAbi.HalfOpenBucket.LAYOUT,
            ServiceAbi.ServiceKey.LAYOUT,
            ServiceAbi.Service.LAYOUT,
            ServiceAbi.RouteKey.LAYOUT,
            ServiceAbi.Route.LAYOUT,
            ServiceAbi.Group.LAYOUT,
            TargetAbi.Target.LAYOUT,
            TargetAbi.TargetKey.LAYOUT,
            TargetAbi.TargetHop.LAYOUT,
            TargetAbi.TargetCounters.LAYOUT,
            TargetAbi.SourceKey.LAYOUT,
            TargetAbi.ConnectionKey.LAYOUT,
            TargetAbi.ConnectionCounts.LAYOUT,
            FlowAbi.FlowTotals.LAYOUT,
            FlowAbi.FragmentKey.LAYOUT,
            FlowAbi.Fragment.LAYOUT,
            NodeAbi.Link.LAYOUT,
            NodeAbi.Settings.LAYOUT,
            FlowAbi.Scratch.LAYOUT,
            NodeAbi.Event.LAYOUT,
            NodeAbi.Expiry.LAYOUT,
            NodeAbi.Amendment.LAYOUT,
            ShadowAbi.ShadowKey4.LAYOUT,
            ShadowAbi.ShadowKey6.LAYOUT,
            ShadowAbi.Shadow.LAYOUT,
            ShadowAbi.ShadowOwner.LAYOUT,
            ShadowAbi.ShadowState.LAYOUT,
            ShadowAbi.ShadowRecord.LAYOUT);

    private Abi() {}
}
