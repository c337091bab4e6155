package io.weir.stats;

import io.weir.model.AccessLog;
import java.util.Optional;

/** What a node does with its flow events: the stream, latencies of targets, and the access log if one is wanted. */
public final class FlowStatistics implements AutoCloseable {

    private final Latencies latencies = new Latencies();
    private final FlowStream stream;
    private AccessLog settings = AccessLog.DEFAULT;
    private Optional<AccessLogWriter> accessLog = Optional.empty();

    /**
     * Begins to read.
     *
     * @param source closed with this
     */
    public FlowStatistics(EventSource source, Names names) {
        this.stream = new FlowStream(source, names, latencies::add).start();
    }

    /**
     * Begins to read, for somebody who waits for each event, too.
     *
     * @param source closed with this
     */
    public FlowStatistics(EventSource source, Names names, FlowStream.Observer observer) {
        FlowStream.Observer both = (event, nanos) -> {
            observer.seen(event, nanos);
            latencies.add(event);
        };
        this.stream = new FlowStream(source, names, both, FlowStream.SHORT_PAUSE_NANOS).start();
    }

    /** Begins, ends or changes the access log; nothing happens when it is wanted as it is. */
    public synchronized void accessLog(AccessLog wanted) {
        if (wanted.equals(settings)) {
            return;
        }
        accessLog.ifPresent(AccessLogWriter::close);
        accessLog = wanted.enabled() ? Optional.of(AccessLogWriter.start(stream, wanted)) : Optional.empty();
        settings = wanted;
    }

    /** After somebody has moved the access log's file away. It is noticed without this too. */
    public synchronized void reopenAccessLog() {
        accessLog.ifPresent(AccessLogWriter::reopen);
    }

    public FlowStream stream() {
        return stream;
    }

    public Latencies latencies() {
        return latencies;
    }

    @Override
    public synchronized void close() {
        accessLog.ifPresent(AccessLogWriter::close);
        stream.close();
    }
}
