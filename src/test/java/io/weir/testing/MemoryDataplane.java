package io.weir.testing;

import io.weir.engine.Dataplane;
import io.weir.engine.DataplaneException;
import io.weir.engine.Image;
import io.weir.engine.Write;
import io.weir.model.Settings;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A data path that only remembers what was written. */
public final class MemoryDataplane implements Dataplane {
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
