package io.weir.libbpf;

import java.util.Map;

/**
 * What an errno of the kernel is called and what it usually means when it comes out of bpf(2).
 *
 * @param number positive
 * @param name as in errno.h, or {@code errno 123}
 * @param category what kind of failure it is
 * @param advice what to do, or empty
 */
public record Errno(int number, String name, Category category, String advice) {

    /** Kinds of failure a caller may want to tell apart. */
    public enum Category {
        NOT_FOUND,
        EXISTS,
        NOT_PERMITTED,
        BUSY,
        FULL,
        INVALID,
        UNSUPPORTED,
        NO_MEMORY,
        OTHER
    }

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ENOLINK = 67;
    public static final int EOPNOTSUPP = 95;
    public static final int ENOBUFS = 105;

    private static final String PRIVILEGE =
            "it takes CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, held on the host and not only within a container";
    private static final String MEMORY = "the kernel has no memory for it";

    private static final Map<Integer, Errno> KNOWN = Map.ofEntries(
            known(EPERM, "EPERM", Category.NOT_PERMITTED, PRIVILEGE),
            known(ENOENT, "ENOENT", Category.NOT_FOUND, ""),
            known(EINTR, "EINTR", Category.OTHER, ""),
            known(7, "E2BIG", Category.FULL, "the map is full, or the program too large for the verifier"),
            known(9, "EBADF", Category.INVALID, ""),
            known(EAGAIN, "EAGAIN", Category.BUSY, ""),
            known(ENOMEM, "ENOMEM", Category.NO_MEMORY, MEMORY),
            known(13, "EACCES", Category.NOT_PERMITTED, "the verifier or the permissions of a file refused it"),
            known(14, "EFAULT", Category.INVALID, ""),
            known(EBUSY, "EBUSY", Category.BUSY, "something else holds it"),
            known(EEXIST, "EEXIST", Category.EXISTS, ""),
            known(ENODEV, "ENODEV", Category.NOT_FOUND, "no such interface"),
            known(20, "ENOTDIR", Category.INVALID, ""),
            known(EINVAL, "EINVAL", Category.INVALID, "the kernel does not know what was asked for, or refuses it"),
            known(24, "EMFILE", Category.FULL, "raise the limit of open files"),
            known(ENOSPC, "ENOSPC", Category.FULL, ""),
            known(30, "EROFS", Category.NOT_PERMITTED, "the file system is read-only"),
            known(34, "ERANGE", Category.INVALID, ""),
            known(38, "ENOSYS", Category.UNSUPPORTED, "the kernel lacks the call"),
            known(ENOLINK, "ENOLINK", Category.NOT_FOUND, "the link holds no program any more"),
            known(EOPNOTSUPP, "EOPNOTSUPP", Category.UNSUPPORTED, "the driver or the kernel lacks it"),
            known(ENOBUFS, "ENOBUFS", Category.FULL, ""),
            known(524, "ENOTSUPP", Category.UNSUPPORTED, "the driver or the kernel lacks it"));

    /** @param number positive or negative errno */
    public static Errno of(int number) {
        int positive = Math.abs(number);
        return KNOWN.getOrDefault(positive, new Errno(positive, "errno " + positive, Category.OTHER, ""));
    }

    private static Map.Entry<Integer, Errno> known(int number, String name, Category category, String advice) {
        return Map.entry(number, new Errno(number, name, category, advice));
    }
}
