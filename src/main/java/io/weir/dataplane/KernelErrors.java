package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.BpfException;
import io.weir.libbpf.Errno;
import java.util.function.Supplier;

/** What the kernel refuses, in the language of the engine's port. */
final class KernelErrors {

    private KernelErrors() {}

    /** @throws DataplaneException for a {@link BpfException} of the work, with its errno and what to do */
    static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (BpfException refused) {
            String advice = refused.category() == Errno.Category.NO_MEMORY ? "; lower :max-connections" : "";
            throw new DataplaneException(refused.getMessage() + advice, refused.errno(), refused);
        }
    }
}
