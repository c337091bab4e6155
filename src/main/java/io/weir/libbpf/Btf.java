package io.weir.libbpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The types of a compiled object or of a map in the kernel (Documentation/bpf/btf.rst), read without libbpf: no privilege
 * is needed.
 */
public final class Btf {

    private static final NativeFunction BY_ID = NativeFunction.libbpfInt("bpf_btf_get_fd_by_id", JAVA_INT);

    private final List<BtfType> types;

    private Btf(List<BtfType> types) {
        this.types = types;
    }

    /**
     * A struct.
     *
     * @param size bytes
     */
    public record Struct(String name, int size, List<Field> fields) {
        public Struct {
            fields = List.copyOf(fields);
        }

        public Optional<Field> field(String fieldName) {
            return fields.stream()
                    .filter(field -> field.name().equals(fieldName))
                    .findFirst();
        }
    }

    /**
     * A member of a struct.
     *
     * @param offset bytes from its start
     * @param size bytes of one element
     * @param count elements of an array, 1 otherwise
     * @param struct the name of its type, if it is a struct
     */
    public record Field(String name, int offset, int size, int count, Optional<String> struct) {}

    /**
     * A map as the object declares it.
     *
     * @param type BPF_MAP_TYPE_*
     * @param key name of the key's type, empty without
     * @param keySize bytes, 0 without
     * @param value name of the value's type, empty without
     * @param valueSize bytes, 0 without
     */
    public record MapDeclaration(
            String name,
            int type,
            int maxEntries,
            int flags,
            Optional<String> key,
            int keySize,
            Optional<String> value,
            int valueSize) {}

    /**
     * Reads the .BTF section of an ELF object.
     *
     * @throws IllegalArgumentException if there is none, or it is damaged
     */
    public static Btf ofObject(byte[] elf) {
        return new Btf(BtfParser.parse(BtfParser.section(elf)));
    }

    /** Reads types the kernel holds. */
    public static Btf ofKernel(int id) {
        try (Descriptor descriptor = new Descriptor(BY_ID.check("opening types " + id, id))) {
            return new Btf(BtfParser.parse(ByteBuffer.wrap(KernelInfo.btf(descriptor.number()))));
        }
    }

    /** A struct by its name. */
    public Optional<Struct> struct(String name) {
        return types.stream()
                .filter(type -> type.kind() == BtfType.STRUCT && type.name().equals(name))
                .findFirst()
                .map(this::describe);
    }

    /** A struct by the number a map names its key or value with; typedefs are followed. */
    public Optional<Struct> struct(int typeId) {
        BtfType type = resolve(typeId);
        return type.kind() == BtfType.STRUCT ? Optional.of(describe(type)) : Optional.empty();
    }

    /** Names and values of an enum, in order. */
    public Optional<Map<String, Long>> enumeration(String name) {
        return types.stream()
                .filter(type -> type.isEnum() && type.name().equals(name))
                .findFirst()
                .map(type -> {
                    Map<String, Long> values = new LinkedHashMap<>();
                    type.members().forEach(member -> values.put(member.name(), member.value()));
                    return values;
                });
    }

    /** The maps of the section .maps, in order. */
    public List<MapDeclaration> maps() {
        return types.stream()
                .filter(type -> type.kind() == BtfType.SECTION && type.name().equals(".maps"))
                .flatMap(section -> section.members().stream())
                .map(member -> types.get(member.type()))
                .map(this::declaration)
                .toList();
    }

    private MapDeclaration declaration(BtfType variable) {
        BtfType definition = resolve(variable.reference());
        return new MapDeclaration(
                variable.name(),
                number(definition, "type"),
                number(definition, "max_entries"),
                number(definition, "map_flags"),
                pointedTo(definition, "key").flatMap(this::structName),
                pointedTo(definition, "key").map(this::size).orElse(0),
                pointedTo(definition, "value").flatMap(this::structName),
                pointedTo(definition, "value").map(this::size).orElse(0));
    }

    /** {@code __uint(name, N)} is a pointer to an array of N. */
    private int number(BtfType definition, String member) {
        return pointedTo(definition, member).map(BtfType::count).orElse(0);
    }

    private Optional<BtfType> pointedTo(BtfType definition, String memberName) {
        return definition.members().stream()
                .filter(member -> member.name().equals(memberName))
                .findFirst()
                .map(member -> resolve(resolve(member.type()).reference()));
    }

    private Optional<String> structName(BtfType type) {
        return type.kind() == BtfType.STRUCT ? Optional.of(type.name()) : Optional.empty();
    }

    private Struct describe(BtfType struct) {
        return new Struct(
                struct.name(),
                struct.size(),
                struct.members().stream().map(this::field).toList());
    }

    private Field field(BtfType.Member member) {
        BtfType type = resolve(member.type());
        int count = 1;
        while (type.kind() == BtfType.ARRAY) {
            count *= type.count();
            type = resolve(type.reference());
        }
        return new Field(member.name(), (int) (member.value() / 8), size(type), count, structName(type));
    }

    private int size(BtfType type) {
        return switch (type.kind()) {
            case BtfType.POINTER -> 8;
            case BtfType.ARRAY -> type.count() * size(resolve(type.reference()));
            default -> type.size();
        };
    }

    private BtfType resolve(int id) {
        BtfType type = types.get(id);
        while (type.isAlias()) {
            type = types.get(type.reference());
        }
        return type;
    }
}
