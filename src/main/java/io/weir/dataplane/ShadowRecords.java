package io.weir.dataplane;

import io.weir.flow.FlowRecord;
import io.weir.model.Endpoint;
import io.weir.model.Flow;
import io.weir.model.IpAddress;
import io.weir.model.Protocol;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;

/** Flows as records for {@code weir_shadow}, and shadows as flows. */
final class ShadowRecords {

    /** Differences of jiffies are right below half of what a word holds. */
    private static final long LONGEST = 1L << 30;

    private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[64]);

    private final Jiffies jiffies;
    private final ProxyNames proxies;

    ShadowRecords(Jiffies jiffies, ProxyNames proxies) {
        this.jiffies = jiffies;
        this.proxies = proxies;
    }

    void write(MemorySegment record, int work, int owner, FlowRecord flow) {
        Addresses.write(record, ShadowAbi.ShadowRecord.CLIENT, flow.client().address());
        Addresses.write(record, ShadowAbi.ShadowRecord.VIP, flow.vip().address());
        Addresses.write(record, ShadowAbi.ShadowRecord.TARGET, flow.target().address());
        ShadowAbi.ShadowRecord.CLIENT_PORT.set(record, flow.client().port());
        ShadowAbi.ShadowRecord.VIP_PORT.set(record, flow.vip().port());
        ShadowAbi.ShadowRecord.TARGET_PORT.set(record, flow.target().port());
        ShadowAbi.ShadowRecord.PROTOCOL.set(record, flow.protocol().number());
        ShadowAbi.ShadowRecord.FAMILY.set(
                record, Addresses.number(flow.client().address().family()));
        ShadowAbi.ShadowRecord.AGE.set(record, ticks(flow.age()));
        ShadowAbi.ShadowRecord.IDLE.set(record, ticks(flow.idle()));
        ShadowAbi.ShadowRecord.OWNER.set(record, owner);
        ShadowAbi.ShadowRecord.proxy(record, proxies.number(flow.proxy()));
        ShadowAbi.ShadowRecord.WORK.set(record, work);
    }

    /** Whether this node has no such proxy. */
    boolean isStrange(FlowRecord flow) {
        return proxies.number(flow.proxy()) == ProxyNames.UNKNOWN;
    }

    private long ticks(Duration duration) {
        return duration.isZero() ? 0 : Math.min(jiffies.of(duration), LONGEST);
    }

    /** @param now jiffies */
    Entry entry(IpAddress.Family family, long now) {
        return new Entry(family, now);
    }

    /** A shadow where it lies, for one walk over a map: the same object for all of them. */
    final class Entry {

        private final IpAddress.Family family;
        private final boolean v4;
        private final long now;
        private MemorySegment key = NOTHING;
        private MemorySegment value = NOTHING;

        private Entry(IpAddress.Family family, long now) {
            this.family = family;
            this.v4 = family == IpAddress.Family.V4;
            this.now = now;
        }

        void at(MemorySegment nextKey, MemorySegment nextValue) {
            key = nextKey;
            value = nextValue;
        }

        int owner() {
            return ShadowAbi.Shadow.OWNER.getInt(value);
        }

        boolean isVoid() {
            return owner() == 0;
        }

        FlowRecord flow() {
            return new FlowRecord(
                    Protocol.ofNumber(protocol()),
                    new Flow.Peer(client(), clientPort()),
                    new Flow.Peer(
                            Addresses.read(value, ShadowAbi.Shadow.VIP, family),
                            ShadowAbi.Shadow.VIP_PORT.getInt(value)),
                    new Endpoint(
                            Addresses.read(value, ShadowAbi.Shadow.TARGET, family),
                            Optional.empty(),
                            ShadowAbi.Shadow.TARGET_PORT.getInt(value)),
                    proxies.name(ShadowAbi.Shadow.proxy(value)),
                    since(ShadowAbi.Shadow.CREATED.get(value)),
                    since(ShadowAbi.Shadow.HEARD.get(value)));
        }

        /** Says of which shadow something is to be done. */
        void write(MemorySegment record, int work) {
            Addresses.write(record, ShadowAbi.ShadowRecord.CLIENT, client());
            Addresses.write(record, ShadowAbi.ShadowRecord.VIP, Addresses.read(value, ShadowAbi.Shadow.VIP, family));
            ShadowAbi.ShadowRecord.CLIENT_PORT.set(record, clientPort());
            ShadowAbi.ShadowRecord.VIP_PORT.set(record, ShadowAbi.Shadow.VIP_PORT.get(value));
            ShadowAbi.ShadowRecord.PROTOCOL.set(record, protocol());
            ShadowAbi.ShadowRecord.FAMILY.set(record, Addresses.number(family));
            ShadowAbi.ShadowRecord.OWNER.set(record, owner());
            ShadowAbi.ShadowRecord.WORK.set(record, work);
        }

        private IpAddress client() {
            return v4
                    ? new IpAddress(family, 0, ShadowAbi.ShadowKey4.CLIENT.get(key))
                    : Addresses.read(key, ShadowAbi.ShadowKey6.CLIENT, family);
        }

        private int clientPort() {
            return (v4 ? ShadowAbi.ShadowKey4.CLIENT_PORT : ShadowAbi.ShadowKey6.CLIENT_PORT).getInt(key);
        }

        private int protocol() {
            return (v4 ? ShadowAbi.ShadowKey4.PROTOCOL : ShadowAbi.ShadowKey6.PROTOCOL).getInt(key);
        }

        /** The clock was read before the entry. */
        private Duration since(long then) {
            return jiffies.duration(Math.max(0, (int) (now - then)));
        }
    }
}
