package io.weir.cluster.link;

import io.weir.model.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Two ends that shake hands without a network, and what went from one to the other. */
final class Pair {

    static final Identity CALLER = identity("caller");
    static final Identity CALLED = identity("called");
    static final Keyring ONE = keys(1);
    static final Keyring TWO = keys(2);

    final Session caller;
    final Session called;
    final Pipe toCalled;
    final Pipe toCaller;

    private Pair(Session caller, Session called, Pipe toCalled, Pipe toCaller) {
        this.caller = caller;
        this.called = called;
        this.toCalled = toCalled;
        this.toCaller = toCaller;
    }

    static Identity identity(String name) {
        return new Identity(
                new NodeId(name), UUID.randomUUID(), new PeerAddress("127.0.0.1", 7946), Duration.ofSeconds(1));
    }

    /** Keys of one byte each, the first one first. */
    static Keyring keys(int... bytes) {
        StringBuilder text = new StringBuilder();
        for (int b : bytes) {
            text.append(String.format("%02x", b).repeat(32)).append('\n');
        }
        return Keyring.parse("keys", text.toString());
    }

    static Pair of(Keyring callers, Keyring calleds) throws IOException {
        return of(callers, calleds, new Nonces());
    }

    /** @throws RefusedLinkException as the called one refuses; as the caller does, if the called one does not */
    static Pair of(Keyring callers, Keyring calleds, Nonces nonces) throws IOException {
        Pipe toCalled = new Pipe();
        Pipe toCaller = new Pipe();
        CompletableFuture<Session> calling =
                async(toCalled.in, () -> handshake(CALLER, callers).call(LinkKind.FLOWS, toCaller.out, toCalled.in));
        CompletableFuture<Session> answering =
                async(toCaller.in, () -> handshake(CALLED, calleds).answer(nonces, toCalled.out, toCaller.in));
        Session called = get(answering);
        return new Pair(get(calling), called, toCalled, toCaller);
    }

    static Handshake handshake(Identity self, Keyring keyring) {
        return new Handshake(self, keyring, new SecureRandom());
    }

    interface Work {
        Session run() throws IOException;
    }

    /** Closes what it writes to when it fails, as a socket would. */
    private static CompletableFuture<Session> async(OutputStream out, Work work) {
        CompletableFuture<Session> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                done.complete(work.run());
            } catch (IOException | RuntimeException failed) {
                try {
                    out.close();
                } catch (IOException also) {
                    failed.addSuppressed(also);
                }
                done.completeExceptionally(failed);
            }
        });
        return done;
    }

    private static Session get(CompletableFuture<Session> session) throws IOException {
        try {
            return session.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
