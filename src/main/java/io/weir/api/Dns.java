package io.weir.api;

import io.weir.model.Subscription;
import io.weir.probe.NameStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The host names of targets. A lookup that fails leaves the addresses as they were. */
public interface Dns {

    /** All names. */
    List<NameStatus> list();

    /** Those of the targets of one proxy. Refused with UNKNOWN_PROXY. */
    List<NameStatus> of(String proxy);

    /** Empty if no target has the name. */
    Optional<NameStatus> find(String host);

    /**
     * Resolves out of turn. Refused with UNRESOLVED_NAME when no target has the name.
     *
     * @return what is known after that, there within seconds; does not fail
     */
    CompletionStage<NameStatus> resolveNow(String host);

    /** Every lookup that ends from now on, also when it found what was there before. */
    Subscription<NameStatus> subscribe(int capacity);
}
