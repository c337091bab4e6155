package io.weir.cluster.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * How two nodes get to know each other:
 *
 * <pre>
 * caller    {@link Hello}: kind, names of its keys, a nonce          in the clear
 * called    {@link Reply}: the key that is taken, a nonce            in the clear
 *           {@link Identity}                                         sealed
 * caller    {@link Identity}                                         sealed, as all that follows
 * </pre>
 *
 * <p>Each direction has a key of its own, derived by HKDF from the shared key with the hash of both clear parts as salt. So who
 * seals has the shared key, has both nonces, and has seen the same words: nobody can play back a session, turn one around, or
 * talk two nodes into another key. Whoever learns the shared key can read what was recorded before.
 */
final class Handshake {

    /** An identity is far below it; nobody may send more before he is known. */
    private static final int IDENTITY_BYTES = 1024;

    private static final byte[] BY_CALLER = Key.ascii("weir link by caller");
    private static final byte[] BY_CALLED = Key.ascii("weir link by called");

    private final Identity self;
    private final Keyring keyring;
    private final SecureRandom random;

    Handshake(Identity self, Keyring keyring, SecureRandom random) {
        this.self = self;
        this.keyring = keyring;
        this.random = random;
    }

    /**
     * Calls.
     *
     * @throws RefusedLinkException if the other one is no good; {@link LinkRefusal#NO_KEY} also if it finds none of our keys good
     */
    Session call(LinkKind kind, InputStream in, OutputStream out) throws IOException {
        Hello hello =
                new Hello(kind, nonce(), keyring.keys().stream().map(Key::id).toList());
        out.write(hello.bytes());
        out.flush();
        Reply reply = Reply.read(in);
        Optional<Key> key = keyring.byId(reply.key());
        if (reply.verdict() != Reply.Verdict.TAKEN || key.isEmpty() && !keyring.isEmpty()) {
            throw new RefusedLinkException(LinkRefusal.NO_KEY);
        }
        byte[] salt = hash(hello, reply);
        SealedFrameReader reader = new SealedFrameReader(in, seal(key, salt, BY_CALLED));
        SealedFrameWriter writer = new SealedFrameWriter(out, seal(key, salt, BY_CALLER));
        Identity peer = identity(reader);
        writer.write(new SealedFrame(SealedFrame.Type.IDENTITY, self.bytes()));
        writer.flush();
        return new Session(kind, peer, reply.key(), reader, writer);
    }

    /**
     * Is called.
     *
     * @param nonces those of callers before, none of whom says the same again
     * @throws RefusedLinkException if the caller is no good
     */
    Session answer(Nonces nonces, InputStream in, OutputStream out) throws IOException {
        Hello hello = Hello.read(in);
        if (!nonces.isNew(hello.nonce())) {
            throw new RefusedLinkException(LinkRefusal.REPLAYED);
        }
        Optional<Key> key =
                hello.keys().stream().flatMap(id -> keyring.byId(id).stream()).findFirst();
        if (key.isEmpty() && !(keyring.isEmpty() && hello.keys().isEmpty())) {
            out.write(Reply.noKey().bytes());
            out.flush();
            throw new RefusedLinkException(LinkRefusal.NO_KEY);
        }
        Reply reply = new Reply(Reply.Verdict.TAKEN, key.map(Key::id).orElse(0L), nonce());
        out.write(reply.bytes());
        byte[] salt = hash(hello, reply);
        SealedFrameReader reader = new SealedFrameReader(in, seal(key, salt, BY_CALLER));
        SealedFrameWriter writer = new SealedFrameWriter(out, seal(key, salt, BY_CALLED));
        writer.write(new SealedFrame(SealedFrame.Type.IDENTITY, self.bytes()));
        writer.flush();
        return new Session(hello.kind(), identity(reader), reply.key(), reader, writer);
    }

    private static Identity identity(SealedFrameReader reader) throws IOException {
        SealedFrame frame =
                reader.next(IDENTITY_BYTES).orElseThrow(() -> new RefusedLinkException(LinkRefusal.TRUNCATED));
        if (frame.type() != SealedFrame.Type.IDENTITY) {
            throw new RefusedLinkException(LinkRefusal.MALFORMED);
        }
        return Identity.of(frame.content());
    }

    private byte[] nonce() {
        byte[] nonce = new byte[Hello.NONCE_BYTES];
        random.nextBytes(nonce);
        return nonce;
    }

    private static Optional<Seal> seal(Optional<Key> key, byte[] salt, byte[] direction) {
        return key.map(shared -> {
            SecretKey derived = shared.derive(salt, direction);
            return new Seal(derived);
        });
    }

    private static byte[] hash(Hello hello, Reply reply) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(hello.bytes());
            return digest.digest(reply.bytes());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
