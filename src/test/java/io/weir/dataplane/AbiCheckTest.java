package io.weir.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.libbpf.Btf;
import io.weir.testing.Clang;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AbiCheckTest {

    private static final Pattern PART = Pattern.compile("#include \"(abi_\\w+\\.h)\"");

    /** Names every struct and enum, so that all are in BTF; an object only carries those it uses. */
    private static String everything() {
        String head = """
                #include <linux/bpf.h>
                #include <bpf/bpf_helpers.h>
                """;
        String layouts = PART.matcher(read("bpf/abi.h"))
                .replaceAll(part -> Matcher.quoteReplacement(read("bpf/" + part.group(1))))
                .replaceAll("WEIR_ASSERT_SIZE\\(struct.*", "");
        return head
                + layouts
                + read("bpf/maps.h").replace("#include \"abi.h\"", "")
                + Abi.STRUCTS.stream()
                        .map(layout -> "struct " + layout.name() + " a_" + layout.name() + " SEC(\"all\");\n")
                        .collect(Collectors.joining())
                + Enumerations.ALL.stream()
                        .map(known -> "enum " + known.name() + " an_" + known.name() + ";\n")
                        .collect(Collectors.joining());
    }

    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    @Test
    void every_struct_enum_and_map_is_the_same_on_both_sides() {
        Btf types = Btf.ofObject(Clang.object(everything()));
        assertThat(AbiCheck.differences(types)).isEmpty();
        assertThat(Abi.STRUCTS)
                .allSatisfy(layout -> assertThat(types.struct(layout.name()))
                        .as(layout.name())
                        .isPresent());
        assertThat(Enumerations.ALL)
                .allSatisfy(known -> assertThat(types.enumeration(known.name()))
                        .as(known.name())
                        .contains(known.values()));
        assertThat(types.maps().stream().map(Btf.MapDeclaration::name))
                .containsExactlyElementsOf(
                        MapShape.ALL.stream().map(MapShape::name).toList());
    }

    @Test
    void a_moved_field_another_width_a_new_value_and_another_map_are_all_seen() {
        String source = everything()
                        .replace("__u64 handshake_resets;", "__u32 handshake_resets; __u32 more;")
                        .replace("__u64 early_resets;", "__u64 late_resets;")
                        .replace("REASON_VLAN =", "REASON_TAGGED =")
                        .replace("__type(value, struct route);", "__type(value, struct service);")
                + """
                struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } more SEC(".maps");
                """;
        assertThat(AbiCheck.differences(Btf.ofObject(Clang.object(source))))
                .anyMatch(text -> text.contains("target_counters.early_resets is missing there"))
                .anyMatch(text -> text.contains("target_counters.handshake_resets is 4 bytes at "))
                .anyMatch(text -> text.contains("target_counters.late_resets is missing here"))
                .anyMatch(text -> text.contains("REASON_TAGGED"))
                .anyMatch(text -> text.contains("map routes has value size 16 there and 8 here"))
                .anyMatch(text -> text.contains("map more is missing here"));
    }

    @Test
    void the_hash_names_a_directory() {
        assertThat(AbiCheck.hash()).matches("[0-9a-f]{12}").isEqualTo(AbiCheck.hash());
    }
}
