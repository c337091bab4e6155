package io.weir.testing;

import io.weir.engine.Dataplane;
import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.model.Desired;
import io.weir.model.Endpoint;
import io.weir.model.Group;
import io.weir.model.Listen;
import io.weir.model.Protocol;
import io.weir.model.Proxy;
import io.weir.model.Settings;
import io.weir.model.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A data path that only remembers what was written. */
public final class MemoryDataplane implements Dataplane {

    public static final Endpoint FIRST = Endpoint.of("10.0.0.1", 80);

    /** Something for it to remember: a proxy of two targets. */
    public static final Desired TWO_TARGETS = new Desired(
            List.of(new Proxy(
                    "web",
                    new Listen(List.of("eth0"), 80, Optional.empty(), Set.of(Protocol.TCP)),
                    new Group(List.of(Target.of(FIRST, 50), Target.of(Endpoint.of("10.0.0.2", 80), 50))),
                    List.of(),
                    List.of(),
                    false,
                    Optional.empty())),
            Settings.DEFAULT);

    public final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    public volatile boolean refuses;
    public volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public Image read() {
        return Image.empty(new Image.Parameters(Settings.Timeouts.DEFAULT, false, false, -1));
    }

    @Override
    public void apply(Write write) {
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        if (refuses) {
            throw new DataplaneException("no", 1);
        }
        writes.add(write);
    }

    @Override
    public Map<String, Attachment> attachments() {
        return Map.of("eth0", new Attachment(Settings.XdpMode.NATIVE, "the driver has it"));
    }

    @Override
    public void close() {
        writes.clear();
    }
}
