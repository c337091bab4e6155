package io.weir.probe;

import io.weir.model.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Turns a host name into addresses. */
public interface NameResolver {

    /** Asks for both families. The future does not fail, and completes within seconds. */
    CompletableFuture<Answer> resolve(String host);

    /** What came of it for either family. */
    record Answer(Result v4, Result v6) {

        /** Addresses of either family that no target can have, each with the reason. */
        List<String> refused() {
            return Stream.of(v4, v6)
                    .flatMap(result -> switch (result) {
                        case Result.Found found -> found.refused().stream();
                        case Result.Nothing nothing -> nothing.refused().stream();
                        case Result.Failed _ -> Stream.of();
                    })
                    .toList();
        }

        /** Of both families; none when none was found. */
        public List<IpAddress> addresses() {
            return Stream.of(v4, v6)
                    .flatMap(result -> result instanceof Result.Found found ? found.addresses().stream() : Stream.of())
                    .toList();
        }
    }

    /** What came of addresses that somebody said the name has. */
    static Result of(List<IpAddress> addresses, String none) {
        List<IpAddress> good = addresses.stream()
                .filter(address -> refusal(address).isEmpty())
                .distinct()
                .sorted()
                .toList();
        List<String> refused = addresses.stream()
                .distinct()
                .sorted()
                .flatMap(address -> refusal(address).map(why -> address + ": " + why).stream())
                .toList();
        return good.isEmpty() ? new Result.Nothing(none, refused) : new Result.Found(good, refused);
    }

    private static Optional<String> refusal(IpAddress address) {
        if (address.isLinkLocal()) {
            return Optional.of("a link-local address means nothing without its interface, which DNS cannot say:"
                    + " write the target as :ip \"" + address + "%INTERFACE\"");
        }
        return address.isUnspecified() || address.isMulticast()
                ? Optional.of("this is no host's address")
                : Optional.empty();
    }

    /** What came of asking for the addresses of one family. */
    sealed interface Result {

        /**
         * @param addresses at least one
         * @param refused others, each with the reason
         */
        record Found(List<IpAddress> addresses, List<String> refused) implements Result {
            public Found {
                addresses = List.copyOf(addresses);
                refused = List.copyOf(refused);
            }

            public Found(List<IpAddress> addresses) {
                this(addresses, List.of());
            }
        }

        /**
         * The name is not there, or has no address of the family: so says who must know.
         *
         * @param refused addresses that no target can have, each with the reason
         */
        record Nothing(String why, List<String> refused) implements Result {
            public Nothing {
                refused = List.copyOf(refused);
            }

            public Nothing(String why) {
                this(why, List.of());
            }
        }

        /** Nobody who knows could be asked. */
        record Failed(String why) implements Result {}
    }
}
