package io.weir.sim;

/** Links between two nodes that do not wait for each other; each keeps the order of its frames. */
public enum Lane {
    FACTS,
    FLOWS
}
