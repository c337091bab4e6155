package io.weir.lab;

import io.weir.probe.DnsResolver;
import io.weir.probe.NameStatus;
import io.weir.probe.NameWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A process that follows names with this host's resolver, a second each, and prints what it is told. */
final class NameTeller {

    private NameTeller() {}

    /** @param arguments the file of last addresses, then names */
    public static void main(String[] arguments) throws InterruptedException {
        NameWatch.Sink sink = new NameWatch.Sink() {
            @Override
            public void resolved(NameStatus status) {
                System.out.println("resolved " + status.host() + " " + status.addresses());
            }

            @Override
            public void failed(NameStatus status) {
                System.out.println("failed " + status.host() + " " + status.addresses() + " "
                        + status.lastError().orElseThrow());
            }
        };
        try (NameWatch watch = new NameWatch(sink, new DnsResolver(), Optional.of(Path.of(arguments[0]))).start()) {
            watch.want(Arrays.stream(arguments)
                    .skip(1)
                    .collect(Collectors.toMap(Function.identity(), _ -> Duration.ofSeconds(1))));
            new CountDownLatch(1).await();
        }
    }
}
