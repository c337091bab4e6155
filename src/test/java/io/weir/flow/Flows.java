package io.weir.flow;

import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Flows and frames of tests. */
final class Flows {

    private Flows() {}

    /** Another one for each number, all to one target. */
    static FlowRecord numbered(int number) {
        return new FlowRecord(
                Protocol.TCP,
                new Flow.Peer(
                        new IpAddress(IpAddress.Family.V4, 0, 0x0a000000L + number / 60_000), 1 + number % 60_000),
                new Flow.Peer(IpAddress.parse("192.0.2.80"), 443),
                Endpoint.of("10.1.0.1", 8080),
                "web",
                Duration.ofSeconds(5),
                Duration.ofSeconds(1));
    }

    static FlowRecord to(FlowRecord flow, String target) {
        return new FlowRecord(
                flow.protocol(),
                flow.client(),
                flow.vip(),
                Endpoint.parse(target),
                flow.proxy(),
                flow.age(),
                flow.idle());
    }

    static FlowRecord random(Random random) {
        IpAddress.Family family = IpAddress.Family.values()[random.nextInt(2)];
        return new FlowRecord(
                Protocol.values()[random.nextInt(2)],
                new Flow.Peer(address(family, random), random.nextInt(65_536)),
                new Flow.Peer(address(family, random), random.nextInt(65_536)),
                target(random),
                random.nextBoolean() ? "" : "proxy-" + random.nextInt(100),
                Duration.ofMillis(random.nextLong(0x1_0000_0000L)),
                Duration.ofMillis(random.nextLong(0x1_0000_0000L)));
    }

    private static Endpoint target(Random random) {
        int port = 1 + random.nextInt(65_535);
        return switch (random.nextInt(3)) {
            case 0 -> new Endpoint(address(IpAddress.Family.V4, random), Optional.empty(), port);
            case 1 -> new Endpoint(address(IpAddress.Family.V6, random), Optional.empty(), port);
            default -> Endpoint.of("fe80::" + (1 + random.nextInt(9)) + "%eth" + random.nextInt(3), port);
        };
    }

    private static IpAddress address(IpAddress.Family family, Random random) {
        return family == IpAddress.Family.V4
                ? new IpAddress(family, 0, random.nextLong(0x1_0000_0000L))
                : new IpAddress(family, random.nextLong(), random.nextLong());
    }

    static FlowFrame frame(Random random) {
        FlowFrame.Head head = new FlowFrame.Head(random.nextInt(), random.nextInt(), random.nextInt());
        Digest digest = new Digest(random.nextInt(Integer.MAX_VALUE), random.nextLong());
        return switch (FlowFrameType.values()[random.nextInt(FlowFrameType.values().length)]) {
            case HELLO -> new FlowFrame.Hello(head, random.nextLong(), random.nextLong());
            case BEGIN -> new FlowFrame.Begin(head, buckets(random));
            case CHANGES -> new FlowFrame.Changes(head, changes(random));
            case END -> new FlowFrame.End(head, digest);
            case SUM -> new FlowFrame.Sum(head, digest);
            case BUCKET_SUMS ->
                new FlowFrame.BucketSums(
                        head,
                        random.ints(Fingerprint.BUCKETS, 0, Integer.MAX_VALUE).toArray(),
                        random.longs(Fingerprint.BUCKETS).toArray());
            case SILENCE -> FlowFrame.Silence.WORD;
            case ACK -> new FlowFrame.Ack(head.stream(), head.number());
            case DIFFER -> new FlowFrame.Differ(head.stream());
            case ASK -> new FlowFrame.Ask(head.stream(), buckets(random));
            case AGAIN -> new FlowFrame.Again(head.stream());
        };
    }

    private static BitSet buckets(Random random) {
        BitSet buckets = new BitSet();
        random.ints(1 + random.nextInt(20), 0, Fingerprint.BUCKETS).forEach(buckets::set);
        return buckets;
    }

    private static List<FlowFrame.Change> changes(Random random) {
        List<FlowFrame.Change> changes = new ArrayList<>();
        for (int i = random.nextInt(50); i > 0; i--) {
            changes.add(new FlowFrame.Change(random.nextBoolean(), random(random)));
        }
        return changes;
    }
}
