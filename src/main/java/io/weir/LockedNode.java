package io.weir;

import io.weir.cli.Appliance;
import io.weir.dataplane.Detach;
import io.weir.model.Settings;
import io.weir.model.Settings.OnStop;
import java.util.List;
import java.util.Locale;

/** A load balancer that holds its pins' lock until it has stopped. */
final class LockedNode implements Appliance.RunningNode {

    private final LoadBalancer loadBalancer;
    private final PinLock lock;
    private final Settings settings;

    LockedNode(LoadBalancer loadBalancer, PinLock lock, Settings settings) {
        this.loadBalancer = loadBalancer;
        this.lock = lock;
        this.settings = settings;
    }

    @Override
    public List<String> attachments() {
        return loadBalancer.interfaces().list().stream()
                .map(hook -> hook.interfaceName() + ": "
                        + hook.attached()
                                .map(mode -> mode.name().toLowerCase(Locale.ROOT))
                                .orElse("not attached") + ", " + hook.why())
                .toList();
    }

    @Override
    public void close() {
        loadBalancer.close();
        if (settings.onStop() == OnStop.DETACH) {
            Detach.everythingUnder(settings.pinPath());
        }
        lock.close();
    }
}
