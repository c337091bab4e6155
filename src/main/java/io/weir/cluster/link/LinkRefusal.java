package io.weir.cluster.link;

import java.util.Locale;

/** Why a caller, or a frame of his, was not taken. */
public enum LinkRefusal {
    /** It names no key of ours, or seals where we have no key, or does not seal where we have one. */
    NO_KEY("has none of our keys"),
    /** It names a key of ours and does not have it. */
    WRONG_KEY("names a key of ours and does not have it"),
    /** It ended in the middle. */
    TRUNCATED("ended in the middle of a frame"),
    /** A frame is longer than its kind allows. */
    OVERSIZED("announced a frame that is longer than allowed"),
    /** Something that was said before, on this connection or on another one. */
    REPLAYED("sent again what was sent before"),
    /** A frame of a connection that was good does not open. */
    FORGED("sent a frame that was changed on its way"),
    /** No words of ours. */
    MALFORMED("does not speak as a node does"),
    /** Another version's. */
    UNKNOWN_VERSION("speaks another version"),
    /** It has our key and is not wanted: it has the name of this node, or of another one that lives. */
    UNWANTED("has the name of a node that lives"),
    /** It did not say who it is in time. */
    TIMED_OUT("did not say who it is in time"),
    /** Others wait to say who they are, and newer ones. */
    CROWDED("was still to say who it is when too many others came");

    private final String words;

    LinkRefusal(String words) {
        this.words = words;
    }

    /** As metrics and logs name it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the other one did, for people. */
    String words() {
        return words;
    }
}
