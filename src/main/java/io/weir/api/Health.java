package io.weir.api;

import io.weir.engine.Notice.HealthNotice;
import io.weir.model.Endpoint;
import io.weir.model.Subscription;
import io.weir.probe.CheckResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How targets are, by their checks or by the operator's word. What it makes of their weights stands in
 * {@link Proxies#find}: the configured weight, the effective one and the reason.
 */
public interface Health {

    /** All targets of all proxies. */
    List<TargetHealth> list();

    /** Those of one proxy. Refused with UNKNOWN_PROXY. */
    List<TargetHealth> of(String proxy);

    /** Empty if the proxy has no such target, or is none. */
    Optional<TargetHealth> find(String proxy, Endpoint target);

    /** Whether it may be given new connections as far as health goes. Refused with UNKNOWN_TARGET. */
    boolean isHealthy(String proxy, Endpoint target);

    /** Refused with UNKNOWN_PROXY. */
    default boolean isAllHealthy(String proxy) {
        return of(proxy).stream().allMatch(TargetHealth::isHealthy);
    }

    /** All that get no new connections for their health. */
    default List<TargetHealth> unhealthy() {
        return list().stream().filter(target -> !target.isHealthy()).toList();
    }

    /** Whatever the checks say, until {@link #release}. Refused with UNKNOWN_PROXY or UNKNOWN_TARGET. */
    void force(String proxy, Endpoint target, boolean healthy);

    /** The checks count again. Refused with UNKNOWN_PROXY or UNKNOWN_TARGET. */
    void release(String proxy, Endpoint target);

    /**
     * Checks a target out of turn; the result counts like any other, and for nothing where other nodes check the target. Refused
     * with UNKNOWN_TARGET if it is not checked.
     *
     * @return there within the timeout of the check; does not fail
     */
    CompletionStage<CheckResult> checkNow(String proxy, Endpoint target);

    /** Once, of any address; it counts for nothing. Blocks until the answer or the timeout. */
    CheckResult tcp(Endpoint target, Duration timeout);

    /** The same by an HTTP request, whose answer must come whole and with one of these codes. @see #tcp */
    CheckResult http(Endpoint target, String path, Duration timeout, List<Integer> expectedCodes);

    /** Over TLS, whoever's certificate it is. @see #tcp */
    CheckResult https(Endpoint target, String path, Duration timeout, List<Integer> expectedCodes);

    /** What the checks come to from now on, when it changes. */
    Subscription<HealthNotice> subscribe(int capacity);
}
