package io.weir.flow;

/** What becomes of the flows that this node's data path carries. Told by the reader of its events, in their order. */
public interface FlowNews {

    /**
     * It confirmed a flow, promoted a shadow or claimed one.
     *
     * @param nanos when it was told, of {@link System#nanoTime}
     */
    void opened(FlowRecord flow, long nanos);

    /** It carries a flow no more. */
    void closed(FlowRecord flow, long nanos);
}
