package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.Errno;
import java.util.function.Supplier;

/** What the kernel refuses, in the language of the engine's port. */
final class KernelErrors {

    private static final KernelVersion OLDEST = new KernelVersion(5, 15);

    private KernelErrors() {}

    /** @throws DataplaneException for a {@link BpfException} of the work, with its errno and what to do */
    static <T> T told(Supplier<T> work) {
        return told(KernelVersion.running(), work);
    }

    /** Some distributions give an old kernel what later ones have: its number matters once it has refused something. */
    static <T> T told(KernelVersion kernel, Supplier<T> work) {
        try {
            return work.get();
        } catch (BpfException refused) {
            if (lacks(kernel, refused)) {
                throw new DataplaneException(
                        "this kernel, " + kernel + ", lacks what weir needs, which Linux " + OLDEST
                                + " and newer have: " + refused.getMessage(),
                        Errno.EOPNOTSUPP,
                        refused);
            }
            String advice = refused.category() == Errno.Category.NO_MEMORY ? "; lower :max-connections" : "";
            throw new DataplaneException(refused.getMessage() + advice, refused.errno(), refused);
        }
    }

    private static boolean lacks(KernelVersion kernel, BpfException refused) {
        return !kernel.atLeast(OLDEST.major(), OLDEST.minor())
                && refused.errno() != Errno.EPERM
                && refused.category() != Errno.Category.NO_MEMORY;
    }
}
