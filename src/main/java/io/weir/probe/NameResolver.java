package io.weir.probe;

import io.weir.model.IpAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Turns a host name into addresses. */
public interface NameResolver {

    /** Asks for both families. The future does not fail, and completes within seconds. */
    CompletableFuture<Answer> resolve(String host);

    /** What came of it for either family. */
    record Answer(Result v4, Result v6) {

        /** Of both families; none when none was found. */
        public List<IpAddress> addresses() {
            return Stream.of(v4, v6)
                    .flatMap(result -> result instanceof Result.Found found ? found.addresses().stream() : Stream.of())
                    .toList();
        }
    }

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
