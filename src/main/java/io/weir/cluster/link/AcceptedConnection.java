package io.weir.cluster.link;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that a peer has made to us: what comes over it is handed on, until it ends. */
final class AcceptedConnection {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptedConnection.class);
    private static final long LAST_FRAME_SECONDS = 10;

    private final SocketChannel channel;
    private final Session session;
    private final Receiver receiver;
    private final LinkRefusals refusals;
    private final CountDownLatch ended = new CountDownLatch(1);

    AcceptedConnection(SocketChannel channel, Session session, Receiver receiver, LinkRefusals refusals) {
        this.channel = channel;
        this.session = session;
        this.receiver = receiver;
        this.refusals = refusals;
    }

    /** The name of the key it began with. */
    long key() {
        return session.key();
    }

    void serve() {
        try {
            Optional<SealedFrame> frame = session.reader().next(session.kind().frameBytes());
            while (frame.isPresent()) {
                take(frame.get());
                frame = session.reader().next(session.kind().frameBytes());
            }
        } catch (RefusedLinkException refused) {
            refusals.add(refused.refusal(), name());
        } catch (IOException broken) {
            LOG.debug("cluster: the {} link of {} broke: {}", session.kind(), name(), broken.getMessage());
        } catch (IllegalArgumentException malformed) {
            LOG.debug("cluster: a frame of {} is malformed", name(), malformed);
            refusals.add(LinkRefusal.MALFORMED, name());
        } catch (RuntimeException ours) {
            LOG.error("cluster: a frame of {} could not be worked on", name(), ours);
        } finally {
            end();
            ended.countDown();
        }
    }

    private void take(SealedFrame frame) throws IOException {
        switch (frame.type()) {
            case DATA -> {
                if (receiver.hears(session.kind(), session.peer())) {
                    receiver.frame(session.kind(), session.peer(), frame.content());
                } else {
                    refusals.add(LinkRefusal.UNWANTED, name());
                }
            }
            case ASK -> {
                session.writer().write(SealedFrame.answer());
                session.writer().flush();
            }
            case IDENTITY, ANSWER -> throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
    }

    private String name() {
        return session.peer().node() + " at " + session.peer().address();
    }

    void end() {
        Dialer.closeQuietly(channel);
    }

    /** Its last frame has been handed on when this returns. */
    void endAndWait() {
        end();
        try {
            if (!ended.await(LAST_FRAME_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("cluster: a frame of {} is worked on for {} s", name(), LAST_FRAME_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
