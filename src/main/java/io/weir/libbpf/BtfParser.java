package io.weir.libbpf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads BTF, little-endian, as clang and the kernel write it on the machines we run on. */
final class BtfParser {

    private static final int MAGIC = 0xeb9f;

    private final ByteBuffer bytes;
    private int strings;

    private BtfParser(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    static List<BtfType> parse(ByteBuffer section) {
        try {
            return new BtfParser(section).types();
        } catch (IndexOutOfBoundsException | BufferUnderflowException damaged) {
            throw new IllegalArgumentException("the BTF types end too early", damaged);
        }
    }

    /** The .BTF section of a 64-bit ELF file. */
    static ByteBuffer section(byte[] elf) {
        ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (file.getInt(0) != 0x464c457f) {
                throw new IllegalArgumentException("this is no ELF file");
            }
            int headers = (int) file.getLong(0x28);
            int headerBytes = file.getShort(0x3a);
            int count = file.getShort(0x3c);
            int names = offset(file, headers + headerBytes * file.getShort(0x3e));
            for (int i = 0; i < count; i++) {
                int header = headers + headerBytes * i;
                if (text(file, names + file.getInt(header)).equals(".BTF")) {
                    return file.slice(offset(file, header), (int) file.getLong(header + 0x20));
                }
            }
        } catch (IndexOutOfBoundsException damaged) {
            throw new IllegalArgumentException("the ELF file ends too early", damaged);
        }
        throw new IllegalArgumentException("the object has no BTF: compile it with -g");
    }

    private static int offset(ByteBuffer file, int header) {
        return (int) file.getLong(header + 0x18);
    }

    private List<BtfType> types() {
        if ((bytes.getShort(0) & 0xffff) != MAGIC) {
            throw new IllegalArgumentException("this is no BTF");
        }
        int header = bytes.getInt(4);
        int from = header + bytes.getInt(8);
        int to = from + bytes.getInt(12);
        strings = header + bytes.getInt(16);
        List<BtfType> types = new ArrayList<>();
        types.add(new BtfType(BtfType.VOID, "void", 0, 0, 0, List.of()));
        bytes.position(from);
        while (bytes.position() < to) {
            types.add(next());
        }
        return List.copyOf(types);
    }

    private BtfType next() {
        String name = name(bytes.getInt());
        int info = bytes.getInt();
        int sizeOrType = bytes.getInt();
        int kind = info >>> 24 & 0x1f;
        int count = info & 0xffff;
        boolean bitFields = info < 0;
        return switch (kind) {
            case BtfType.STRUCT, BtfType.UNION, BtfType.SECTION, BtfType.ENUM, BtfType.ENUM64 ->
                new BtfType(kind, name, sizeOrType, 0, 0, members(kind, count, bitFields));
            case BtfType.ARRAY -> {
                int element = bytes.getInt();
                bytes.getInt();
                yield new BtfType(kind, name, 0, element, bytes.getInt(), List.of());
            }
            case BtfType.FUNCTION_PROTOTYPE -> {
                bytes.position(bytes.position() + 8 * count);
                yield new BtfType(kind, name, 0, sizeOrType, 0, List.of());
            }
            case BtfType.INT, BtfType.VARIABLE, BtfType.DECLARATION_TAG -> {
                bytes.getInt();
                yield plain(kind, name, sizeOrType);
            }
            default -> plain(kind, name, sizeOrType);
        };
    }

    private static BtfType plain(int kind, String name, int sizeOrType) {
        boolean sized = kind == BtfType.INT || kind == BtfType.FLOAT;
        return new BtfType(kind, name, sized ? sizeOrType : 0, sized ? 0 : sizeOrType, 0, List.of());
    }

    private List<BtfType.Member> members(int kind, int count, boolean bitFields) {
        List<BtfType.Member> members = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            members.add(
                    switch (kind) {
                        case BtfType.ENUM -> new BtfType.Member(name(bytes.getInt()), 0, bytes.getInt());
                        case BtfType.ENUM64 ->
                            new BtfType.Member(
                                    name(bytes.getInt()),
                                    0,
                                    bytes.getInt() & 0xffffffffL | (long) bytes.getInt() << 32);
                        case BtfType.SECTION -> {
                            int type = bytes.getInt();
                            bytes.getInt();
                            bytes.getInt();
                            yield new BtfType.Member("", type, 0);
                        }
                        default -> {
                            String name = name(bytes.getInt());
                            int type = bytes.getInt();
                            int offset = bytes.getInt();
                            yield new BtfType.Member(name, type, bitFields ? offset & 0xffffff : offset);
                        }
                    });
        }
        return members;
    }

    private String name(int offset) {
        return text(bytes, strings + offset);
    }

    private static String text(ByteBuffer from, int offset) {
        int end = offset;
        while (from.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - offset];
        from.get(offset, text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
