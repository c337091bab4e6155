package io.weir.cluster;

import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import io.weir.cluster.link.LinkKind;
import io.weir.cluster.link.Links;
import io.weir.cluster.link.PeerAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Carries scalecube's messages over links. What is sent is queued or refused at once, on whichever thread; that it was queued does
 * not say that it arrives, which scalecube never takes it to mean.
 *
 * <p>Whenever scalecube tells somebody how it sees the members, the same is told to a peer that is missing: so parts of a cluster
 * find each other again, also those that none of their seeds names.
 */
final class LinkTransport implements Transport {

    /** A seed that stands for whoever is missing: with it scalecube has always somebody to tell. */
    static final String MISSING = "missing:1";

    /** Far more than waits when all is well; what is beyond it is lost, as on a bad network. */
    private static final int WAITING = 16_384;

    private static final Duration EMITTING = Duration.ofSeconds(3);

    private final String address;
    private final Links links;
    private final ClosedCodec codec;
    private final Supplier<Collection<PeerAddress>> missing;
    private final Sinks.Many<Message> arrived = Sinks.many().multicast().directBestEffort();

    /** By correlation id, which those who are asked to ping the same member share. */
    private final Map<String, List<MonoSink<Message>>> asked = new ConcurrentHashMap<>();

    private volatile boolean stopped;

    /** @param missing a few peers that should be members and are not, others each time */
    LinkTransport(PeerAddress address, Links links, ClosedCodec codec, Supplier<Collection<PeerAddress>> missing) {
        this.address = address.toString();
        this.links = links;
        this.codec = codec;
        this.missing = missing;
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public Mono<Transport> start() {
        return Mono.just(this);
    }

    @Override
    public Mono<Void> stop() {
        return Mono.fromRunnable(() -> {
            stopped = true;
            synchronized (arrived) {
                arrived.emitComplete(Sinks.EmitFailureHandler.busyLooping(EMITTING));
            }
        });
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public Mono<Void> send(String to, Message message) {
        return Mono.fromRunnable(() -> {
            byte[] bytes = codec.bytes(message);
            if (MembershipProtocolImpl.SYNC.equals(message.qualifier()) && message.correlationId() == null) {
                missing.get().forEach(peer -> links.send(peer, LinkKind.CONTROL, bytes));
            }
            if (!to.equals(MISSING)) {
                send(parse(to), bytes);
            }
        });
    }

    private void send(PeerAddress to, byte[] bytes) {
        if (stopped || !links.send(to, LinkKind.CONTROL, bytes)) {
            throw new IllegalStateException("no room for a message to " + to);
        }
    }

    /** @throws IllegalArgumentException if it is no address */
    static PeerAddress parse(String text) {
        String host = Transport.parseHost(text);
        boolean inBrackets = host.startsWith("[") && host.endsWith("]");
        return new PeerAddress(inBrackets ? host.substring(1, host.length() - 1) : host, Transport.parsePort(text));
    }

    @Override
    public Mono<Message> requestResponse(String to, Message request) {
        if (to.equals(MISSING)) {
            return Mono.empty();
        }
        String id = String.valueOf(request.correlationId());
        return Mono.create(sink -> {
            asked.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>()).add(sink);
            sink.onDispose(() -> forget(id, sink));
            try {
                send(parse(to), codec.bytes(request));
            } catch (RuntimeException refused) {
                sink.error(refused);
            }
        });
    }

    private void forget(String id, MonoSink<Message> sink) {
        asked.computeIfPresent(id, (_, sinks) -> {
            sinks.remove(sink);
            return sinks.isEmpty() ? null : sinks;
        });
    }

    @Override
    public Flux<Message> listen() {
        return arrived.asFlux().onBackpressureBuffer(WAITING, BufferOverflowStrategy.DROP_LATEST);
    }

    /**
     * Takes what a peer has sent.
     *
     * @throws IllegalArgumentException if it is no message
     */
    void receive(byte[] bytes) {
        Message message = codec.message(bytes);
        Optional.ofNullable(message.correlationId())
                .map(asked::remove)
                .ifPresent(sinks -> sinks.forEach(sink -> sink.success(message)));
        synchronized (arrived) {
            if (!stopped) {
                arrived.emitNext(message, Sinks.EmitFailureHandler.busyLooping(EMITTING));
            }
        }
    }
}
