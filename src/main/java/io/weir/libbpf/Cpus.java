package io.weir.libbpf;

/** How many CPUs the kernel may ever have: a per-CPU value has a place for each. */
public final class Cpus {

    private static final NativeFunction COUNT = NativeFunction.libbpfInt("libbpf_num_possible_cpus");

    private Cpus() {}

    /** Asked once: it is what the kernel was started with. */
    private static final class Found {
        static final int POSSIBLE = COUNT.check("counting possible CPUs");
    }

    public static int possible() {
        return Found.POSSIBLE;
    }
}
