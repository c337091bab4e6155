package io.weir.dataplane;

import io.weir.engine.DataplaneException;
import io.weir.libbpf.Btf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether what was compiled and what this side believes are the same, field by field and both ways. */
final class AbiCheck {

    private AbiCheck() {}

    /**
     * Compares an object's types with this side's. A struct or enum the object does not use is missing there and not
     * compared; every map it declares is.
     *
     * @return what differs, one sentence each; empty if nothing
     */
    public static List<String> differences(Btf types) {
        List<String> differences = new ArrayList<>();
        Abi.STRUCTS.forEach(
                layout -> types.struct(layout.name()).ifPresent(compiled -> compare(layout, compiled, differences)));
        Enumerations.ALL.forEach(known -> types.enumeration(known.name())
                .filter(values -> !values.equals(known.values()))
                .ifPresent(values -> differences.add(
                        "enum " + known.name() + " is " + values + " there and " + known.values() + " here")));
        types.maps().forEach(declared -> compare(declared, differences));
        return differences;
    }

    /** @throws DataplaneException if the object is not of this ABI */
    public static void require(String object, byte[] elf) {
        List<String> differences = differences(Btf.ofObject(elf));
        if (!differences.isEmpty()) {
            throw new DataplaneException(
                    "the object " + object + " is of another ABI: build again (" + String.join("; ", differences) + ")",
                    0);
        }
    }

    /** Twelve hexadecimal digits that change with any layout, enum or map: the name of the directory of pins. */
    public static String hash() {
        Stream<String> structs = Abi.STRUCTS.stream()
                .map(layout -> layout.name()
                        + layout.size()
                        + layout.fields().stream().map(Field::toString).collect(Collectors.joining()));
        Stream<String> enums = Enumerations.ALL.stream().map(known -> known.name() + known.values());
        Stream<String> maps = MapShape.ALL.stream().flatMap(MapShape::description);
        String text = Stream.of(structs, enums, maps).flatMap(part -> part).collect(Collectors.joining("\n"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static void compare(Layout layout, Btf.Struct compiled, List<String> differences) {
        String where = "struct " + layout.name();
        if (layout.size() != compiled.size()) {
            differences.add(where + " has " + compiled.size() + " bytes there and " + layout.size() + " here");
        }
        for (Field field : layout.fields()) {
            String theirs = compiled.field(field.name())
                    .map(found -> place(found.offset(), found.size(), found.count()))
                    .orElse("missing");
            String ours = place(field.offset(), field.width(), field.count());
            if (!ours.equals(theirs)) {
                differences.add(where + "." + field.name() + " is " + theirs + " there and " + ours + " here");
            }
        }
        compiled.fields().stream()
                .filter(found ->
                        layout.fields().stream().noneMatch(field -> field.name().equals(found.name())))
                .forEach(found -> differences.add(where + "." + found.name() + " is missing here"));
    }

    private static void compare(Btf.MapDeclaration declared, List<String> differences) {
        Optional<MapShape> known = MapShape.ALL.stream()
                .filter(shape -> shape.name().equals(declared.name()))
                .findFirst();
        if (known.isEmpty()) {
            differences.add("map " + declared.name() + " is missing here");
            return;
        }
        MapShape shape = known.get();
        compare(declared.name(), "type", declared.type(), shape.type(), differences);
        compare(declared.name(), "key size", declared.keySize(), shape.keySize(), differences);
        compare(declared.name(), "value size", declared.valueSize(), shape.valueSize(), differences);
        compare(declared.name(), "key", declared.key(), shape.key().map(Layout::name), differences);
        compare(declared.name(), "value", declared.value(), shape.value().map(Layout::name), differences);
    }

    private static void compare(String map, String what, Object theirs, Object ours, List<String> differences) {
        if (!Objects.equals(theirs, ours)) {
            differences.add("map " + map + " has " + what + " " + theirs + " there and " + ours + " here");
        }
    }

    private static String place(int offset, int width, int count) {
        return width + " bytes" + (count == 1 ? "" : " times " + count) + " at " + offset;
    }
}
