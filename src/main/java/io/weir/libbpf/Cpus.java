package io.weir.libbpf;

/** How many CPUs the kernel may ever have: a per-CPU value has a place for each. */
public final class Cpus {

    private static final NativeFunction COUNT = NativeFunction.libbpfInt("libbpf_num_possible_cpus");

    private Cpus() {}

    public static int possible() {
        return COUNT.check("counting possible CPUs");
    }
}
