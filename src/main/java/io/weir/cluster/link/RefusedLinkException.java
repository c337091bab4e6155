package io.weir.cluster.link;

import java.io.IOException;

/** What came over a connection is no good; whoever reads the connection closes it. */
final class RefusedLinkException extends IOException {

    private static final long serialVersionUID = 1;

    private final LinkRefusal refusal;

    RefusedLinkException(LinkRefusal refusal) {
        super(refusal.words());
        this.refusal = refusal;
    }

    LinkRefusal refusal() {
        return refusal;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this; // strangers cause them by the thousand
    }
}
