package io.weir.cluster.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyringTest {

    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String BASE64 = "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=";
    private static final String OTHER = "ff".repeat(32);

    @TempDir
    Path folder;

    private Path file(String permissions, String text) throws IOException {
        Path file = Files.writeString(folder.resolve("keyring"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void keys_stand_one_a_line_in_either_notation_with_comments() throws IOException {
        Keyring keyring = Keyring.read(file("rw-r-----", "# since March\n\n" + OTHER + "  # seals\r\n" + HEX + "\n"));
        assertThat(keyring.keys().stream().map(Key::id))
                .containsExactly(
                        Keyring.parse("", OTHER).keys().getFirst().id(),
                        Keyring.parse("", BASE64).keys().getFirst().id());
        assertThat(keyring).hasToString("2 keys");
    }

    @Test
    void keys_are_called_by_names_that_do_not_show_them() {
        Keyring keyring = Keyring.parse("", OTHER + "\n" + HEX);
        assertThat(keyring.names())
                .hasValueSatisfying(names -> assertThat(names)
                        .matches("[0-9a-f]{16}, [0-9a-f]{16}")
                        .doesNotContain("ff".repeat(4), "00112233"));
        assertThat(Keyring.parse("", BASE64).names().orElseThrow())
                .isEqualTo(keyring.names().orElseThrow().split(", ")[1]);
        assertThat(Keyring.none().names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"rw-r--r--", "rw----r--", "rw-----w-", "rwxrwx--x"})
    void a_file_that_is_open_to_everyone_is_refused(String permissions) throws IOException {
        Path file = file(permissions, HEX);
        assertThatThrownBy(() -> Keyring.read(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the keyring " + file + " is open to everyone: chmod o= " + file);
    }

    @Test
    void a_file_that_is_not_there_is_refused_with_what_to_do() {
        Path file = folder.resolve("none");
        assertThatThrownBy(() -> Keyring.read(file))
                .hasMessageContainingAll(file.toString(), "openssl rand -base64 32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'# nothing'|holds no key",
                "password|line 1: no key",
                "0011|line 1: no key",
                "'\n" + HEX + "00'|line 2: no key",
                "'" + HEX + "\n" + BASE64 + "'|line 2: the same key again"
            })
    void what_is_no_keyring_is_refused_by_line_and_never_shown(String text, String why) {
        assertThatThrownBy(() -> Keyring.parse("the keyring F", text))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the keyring F")
                .hasMessageContaining(why)
                .hasMessageNotContainingAny("password", HEX);
    }

    @Test
    void more_keys_than_a_rotation_needs_are_refused() {
        String nine = IntStream.range(0, 9).mapToObj(i -> ("0" + i).repeat(32)).collect(Collectors.joining("\n"));
        assertThatThrownBy(() -> Keyring.parse("F", nine)).hasMessageContaining("holds 9 keys, at most 8");
    }
}
