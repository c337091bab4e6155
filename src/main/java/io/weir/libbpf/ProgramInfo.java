package io.weir.libbpf;

/**
 * What the kernel says about a program.
 *
 * @param type BPF_PROG_TYPE_* of linux/bpf.h
 * @param id of the program while it lives
 * @param name up to 15 characters
 * @param tag hash of its instructions, hexadecimal
 * @param machineBytes length of the machine code, 0 if interpreted
 * @param instructionBytes length of the verified instructions
 * @param runNanos time spent in it, when the kernel counts that
 * @param runs how often it ran, when the kernel counts that
 */
public record ProgramInfo(
        int type, int id, String name, String tag, int machineBytes, int instructionBytes, long runNanos, long runs) {}
