package io.weir;

import io.weir.cli.Appliance;
import io.weir.dataplane.Detach;
import io.weir.model.Settings;
import io.weir.model.Settings.OnStop;
import java.util.List;
import java.util.Locale;

/** A node that holds its pins' lock until it has stopped. */
final class LockedNode implements Appliance.RunningNode {

    private final Node node;
    private final PinLock lock;
    private final Settings settings;

    LockedNode(Node node, PinLock lock, Settings settings) {
        this.node = node;
        this.lock = lock;
        this.settings = settings;
    }

    @Override
    public List<String> attachments() {
        return node.hooks().stream()
                .map(hook -> hook.interfaceName() + ": "
                        + hook.attached()
                                .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                                .orElse("not attached") + ", " + hook.why())
                .toList();
    }

    @Override
    public void close() {
        node.close();
        if (settings.onStop() == OnStop.DETACH) {
            Detach.everythingUnder(settings.pinPath());
        }
        lock.close();
    }
}
