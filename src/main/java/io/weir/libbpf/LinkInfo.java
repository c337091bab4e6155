package io.weir.libbpf;

/**
 * What the kernel says about a link.
 *
 * @param type {@link #XDP} or {@link #TCX}; others mean nothing here
 * @param id of the link while it lives
 * @param programId the program behind it
 * @param interfaceIndex where it is attached, 0 once the interface is gone
 * @param attachType of a TCX link: 46 ingress, 47 egress
 */
public record LinkInfo(int type, int id, int programId, int interfaceIndex, int attachType) {
    public static final int XDP = 6;
    public static final int TCX = 11;
}
