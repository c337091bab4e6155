package io.weir.model;

import java.util.regex.Pattern;

/**
 * Who a node is among its peers: a name that is kept across restarts.
 *
 * @param name 1 to 64 of {@code [A-Za-z0-9._-]}
 */
public record NodeId(String name) implements Comparable<NodeId> {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public NodeId {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a node's name is 1 to 64 letters, digits, '.', '_' and '-', not '" + name + "'");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
