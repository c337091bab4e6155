package io.weir.probe;

import io.weir.model.IpAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Turns a host name into addresses. */
public interface NameResolver {

    /** Asks for both families. The future does not fail, and completes within seconds. */
    CompletableFuture<Answer> resolve(String host);

    /** What came of it for either family. */
    record Answer(Result v4, Result v6) {}

    /** What came of asking for the addresses of one family. */
    sealed interface Result {

        /** @param addresses at least one */
        record Found(List<IpAddress> addresses) implements Result {
            public Found {
                addresses = List.copyOf(addresses);
            }
        }

        /** The name is not there, or has no address of the family: so says who must know. */
        record Nothing(String why) implements Result {}

        /** Nobody who knows could be asked. */
        record Failed(String why) implements Result {}
    }
}
