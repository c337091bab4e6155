package io.weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node at its path: what decoders read from and complain about. */
record Value(Node node, String path, Findings findings) {

    /** Adds an error here; returns nothing, so that a decoder can end with it. */
    <T> Optional<T> refuse(String message) {
        findings.add(path, node.line(), message);
        return Optional.empty();
    }

    /** Refuses what was found. */
    <T> Optional<T> refuseFor(String allowed) {
        return refuse("found " + node.description() + "; " + allowed);
    }

    /** The items of a vector, each with its path; an error and nothing for anything else. */
    Optional<List<Value>> items(String allowed) {
        if (!(node instanceof Node.Vector vector)) {
            return refuseFor(allowed);
        }
        List<Value> items = new ArrayList<>();
        for (int i = 0; i < vector.items().size(); i++) {
            items.add(new Value(vector.items().get(i), Paths.item(path, i), findings));
        }
        return Optional.of(items);
    }

    Value at(String key, Node below) {
        return new Value(below, Paths.key(path, key), findings);
    }
}
