package io.weir.libbpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.testing.Clang;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BtfTest {

    private static byte[] elf = {};

    @BeforeAll
    static void compile() {
        elf = Clang.object(LibbpfTest.source());
    }

    @Test
    void a_struct_has_its_size_and_every_field_its_place() {
        Btf.Struct shape = Btf.ofObject(elf).struct("shape").orElseThrow();
        assertThat(shape.size()).isEqualTo(32);
        assertThat(shape.fields())
                .containsExactly(
                        new Btf.Field("area", 0, 8, 1, Optional.empty()),
                        new Btf.Field("corners", 8, 8, 2, Optional.of("point")),
                        new Btf.Field("kind", 24, 2, 1, Optional.empty()),
                        new Btf.Field("pad", 26, 2, 3, Optional.empty()));
    }

    @Test
    void an_enum_has_its_names_and_values() {
        assertThat(Btf.ofObject(elf).enumeration("colour")).contains(Map.of("COLOUR_RED", 1L, "COLOUR_BLUE", 7L));
        assertThat(Btf.ofObject(elf).enumeration("no_such")).isEmpty();
    }

    @Test
    void map_declarations_are_read_as_they_stand() {
        assertThat(Btf.ofObject(elf).maps())
                .contains(
                        new Btf.MapDeclaration(
                                "shapes", MapInfo.HASH, 1000, 0, Optional.empty(), 4, Optional.of("shape"), 32),
                        new Btf.MapDeclaration(
                                "waiting", MapInfo.QUEUE, 4, 0, Optional.empty(), 0, Optional.of("point"), 8),
                        new Btf.MapDeclaration(
                                "numbers",
                                MapInfo.ARRAY,
                                600,
                                MapInfo.MMAPABLE,
                                Optional.empty(),
                                4,
                                Optional.empty(),
                                4))
                .hasSize(6);
    }

    @Test
    void a_damaged_object_is_refused() {
        assertThatThrownBy(() -> Btf.ofObject(new byte[100])).hasMessageContaining("no ELF");
        assertThatThrownBy(() -> Btf.ofObject(java.util.Arrays.copyOf(elf, 600)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
