package io.weir.dataplane;

import java.util.Locale;

/** {@code enum reason}: why a packet was not plainly forwarded; the order is that of {@code abi.h}. */
public enum Reason {
    NONE(Verdict.FORWARDED),
    NOT_IP(Verdict.PASSED),
    NOT_SERVICE(Verdict.PASSED),
    PROTOCOL(Verdict.PASSED),
    TRUNCATED(Verdict.PASSED),
    EXTENSION_HEADER(Verdict.PASSED),
    FRAGMENT_UNKNOWN(Verdict.PASSED),
    ICMP_UNMATCHED(Verdict.PASSED),
    NOT_UNICAST(Verdict.PASSED),
    NO_FLOW(Verdict.PASSED),
    LOCAL_TARGET(Verdict.PASSED_REWRITTEN),
    NO_NEIGHBOUR(Verdict.PASSED_REWRITTEN),
    NO_ROUTE(Verdict.PASSED_REWRITTEN),
    FORWARDING_OFF(Verdict.PASSED_REWRITTEN),
    NOT_REDIRECTABLE(Verdict.PASSED_REWRITTEN),
    MTU_EXCEEDED(Verdict.PASSED_REWRITTEN),
    TTL_EXCEEDED(Verdict.PASSED_REWRITTEN),
    REPLY_MTU_EXCEEDED(Verdict.PASSED),
    REPLY_TTL_EXCEEDED(Verdict.PASSED),
    IP_OPTIONS(Verdict.PASSED_REWRITTEN),
    VLAN(Verdict.PASSED_REWRITTEN),
    LINK_LOCAL(Verdict.PASSED_REWRITTEN),
    PICKED_UP(Verdict.FORWARDED),
    TABLE_FULL(Verdict.FORWARDED),
    HALF_OPEN_EVICTED(Verdict.FORWARDED),
    REPLY_UNPROVEN(Verdict.FORWARDED),
    NO_TARGET(Verdict.DROPPED),
    NO_TARGET_OF_FAMILY(Verdict.DROPPED),
    REPLY_TAKEN(Verdict.DROPPED),
    LINK_UNREACHABLE(Verdict.DROPPED),
    REWRITE_FAILED(Verdict.DROPPED),
    SOURCE_LIMITED(Verdict.DROPPED),
    TARGET_LIMITED(Verdict.DROPPED),
    NO_MEMORY(Verdict.FORWARDED),
    REPLY_NO_NEIGHBOUR(Verdict.PASSED),
    FLOW_NO_MEMORY(Verdict.FORWARDED),
    PROMOTED(Verdict.FORWARDED);

    /** What became of the packet. */
    public enum Verdict {
        FORWARDED,
        PASSED,
        PASSED_REWRITTEN,
        DROPPED;

        /** As metrics and status write it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Verdict verdict;

    Reason(Verdict verdict) {
        this.verdict = verdict;
    }

    public Verdict verdict() {
        return verdict;
    }

    /** As metrics and status write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
