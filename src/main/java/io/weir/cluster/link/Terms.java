package io.weir.cluster.link;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * What both who calls and who is called here goes by.
 *
 * @param self who this node is, by now
 * @param keyring the keys of now
 * @param backlog who is still to say who he is
 * @param timer ends what takes too long
 */
record Terms(
        Supplier<Identity> self,
        Supplier<Keyring> keyring,
        Receiver receiver,
        LinkRefusals refusals,
        Backlog backlog,
        ScheduledExecutorService timer,
        SecureRandom random) {

    /** Whoever has shown that he has our key comes from there. */
    Session welcome(Session session, InetAddress from) throws IOException {
        if (session.peer().boot().equals(self.get().boot())) {
            throw new IOException("that is this node itself");
        }
        backlog.know(from);
        if (!receiver.meet(session.peer())) {
            throw new RefusedLinkException(LinkRefusal.UNWANTED);
        }
        return session;
    }

    Handshake handshake() {
        return new Handshake(self.get(), keyring.get(), random);
    }
}
