package io.weir.libbpf;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Work inside another network namespace, on a thread that moves there and ends with the work. */
public final class NetworkNamespace {

    private NetworkNamespace() {}

    /** The number of the calling thread's namespace, which no other has before the next boot. */
    public static long cookie() {
        return Libc.networkNamespaceCookie();
    }

    /**
     * @param namespace as in /run/netns or /proc/PID/ns/net
     * @param work what to do there; threads it starts are there too
     * @throws BpfException if the namespace cannot be entered
     * @throws Exception what the work throws
     */
    public static <T> T run(Path namespace, Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform()
                .name("namespace " + namespace.getFileName())
                .start(() -> {
                    try {
                        Libc.enterNetworkNamespace(namespace.toString());
                        result.complete(work.call());
                    } catch (Throwable t) {
                        result.completeExceptionally(t);
                    }
                });
        thread.join();
        try {
            return result.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw failed;
        }
    }
}
