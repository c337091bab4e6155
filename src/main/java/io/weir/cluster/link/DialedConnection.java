package io.weir.cluster.link;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One connection to a peer, and what the peer has answered on it. Written to by one thread. */
final class DialedConnection implements AutoCloseable {

    private final SocketChannel channel;
    private final Session session;
    private final LinkRefusals refusals;
    private final Thread answers;

    private boolean askable;
    private long askedLast = System.nanoTime();
    private volatile boolean waiting;
    private volatile long waitingSince;

    DialedConnection(SocketChannel channel, Session session, LinkRefusals refusals) {
        this.channel = channel;
        this.session = session;
        this.refusals = refusals;
        this.answers = Thread.ofVirtual().name("weir-link-answers").start(this::readAnswers);
    }

    Identity peer() {
        return session.peer();
    }

    long key() {
        return session.key();
    }

    void write(byte[] content) throws IOException {
        session.writer().write(SealedFrame.data(content));
        askable = true;
    }

    /** Sends what is written; has the peer answer, if it was not asked a moment ago and there is something to ask for. */
    void askAndFlush(long everyMillis) throws IOException {
        long now = System.nanoTime();
        if (askable && !waiting && now - askedLast >= TimeUnit.MILLISECONDS.toNanos(everyMillis)) {
            session.writer().write(SealedFrame.ask());
            askedLast = now;
            waitingSince = now;
            waiting = true;
            askable = false;
        }
        session.writer().flush();
        if (!answers.isAlive()) {
            throw new IOException("the peer has closed the connection");
        }
    }

    /** Whether the peer owes an answer for so long. */
    boolean isSilent(long millis) {
        return waiting && System.nanoTime() - waitingSince > TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Says that nothing more comes, and waits until the peer has read all. */
    void finish(long millis) throws IOException, InterruptedException {
        session.writer().flush();
        channel.shutdownOutput();
        if (!answers.join(Duration.ofMillis(millis))) {
            throw new IOException("the peer does not read to the end");
        }
    }

    private void readAnswers() {
        try {
            Optional<SealedFrame> frame = session.reader().next(0);
            while (frame.isPresent()) {
                if (frame.get().type() != SealedFrame.Type.ANSWER) {
                    throw new RefusedLinkException(LinkRefusal.MALFORMED);
                }
                waiting = false;
                frame = session.reader().next(0);
            }
        } catch (RefusedLinkException refused) {
            refusals.add(refused.refusal(), session.peer().toString());
            close();
        } catch (IOException broken) {
            close();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException nothingToDo) {
            // It is gone in any case.
        }
    }
}
