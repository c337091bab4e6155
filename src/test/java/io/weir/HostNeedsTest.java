package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.config.ConfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checked file names that this host does not have. */
class HostNeedsTest {

    @TempDir
    private Path directory;

    @Test
    void interfaces_that_are_not_there_are_named_once() {
        assertThat(lacking("\"lo\" \"weir-none0\"", ":reply-interfaces [\"weir-none0\" \"weir-none1\"]"))
                .filteredOn(line -> line.contains("interface"))
                .containsExactly("there is no interface weir-none0", "there is no interface weir-none1");
    }

    @Test
    void a_pin_path_outside_of_a_bpf_file_system_is_named() {
        String path = directory.resolve("pins").toString();
        assertThat(lacking("\"lo\"", ":pin-path \"" + path + "\""))
                .singleElement()
                .asString()
                .startsWith("the pin path " + path + " does not lie in a BPF file system");
    }

    @Test
    void key_and_certificate_files_that_are_no_good_are_named_where_they_are_used() throws Exception {
        Path key = directory.resolve("key");
        String api = ":admin-api {:enabled %s :api-key-file \"" + key + "\"}";
        assertThat(lacking("\"lo\"", api.formatted(true)))
                .anyMatch(line -> line.contains("the key file " + key + " does not exist"));
        assertThat(lacking("\"lo\"", api.formatted(false))).noneMatch(line -> line.contains("key file"));
        Files.writeString(key, "0123456789\n");
        Files.setPosixFilePermissions(key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
        assertThat(lacking("\"lo\"", api.formatted(true))).noneMatch(line -> line.contains("key file"));
        String certificate = directory.resolve("cert.pem").toString();
        assertThat(lacking(
                        "\"lo\"",
                        ":admin-api {:enabled true :tls {:cert \"" + certificate + "\" :key \"" + certificate + "\"}}"))
                .anyMatch(line -> line.contains(certificate + " cannot be read"));
    }

    @Test
    void a_keyring_that_is_no_good_is_named_where_there_is_a_cluster() throws Exception {
        Path keyring = directory.resolve("keyring");
        String cluster = ":cluster {:enabled %s :bind-address \"10.0.0.251\" :keyring-file \"" + keyring + "\"}";
        assertThat(lacking("\"lo\"", cluster.formatted(true)))
                .anyMatch(line -> line.startsWith("the keyring " + keyring + " does not exist"));
        assertThat(lacking("\"lo\"", cluster.formatted(false))).noneMatch(line -> line.contains("keyring"));
        Files.writeString(keyring, "00".repeat(32));
        Files.setPosixFilePermissions(keyring, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(lacking("\"lo\"", cluster.formatted(true)))
                .anyMatch(line -> line.contains("is open to everyone: chmod o= " + keyring));
        Files.setPosixFilePermissions(keyring, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r-----"));
        assertThat(lacking("\"lo\"", cluster.formatted(true))).noneMatch(line -> line.contains("keyring"));
    }

    private static List<String> lacking(String interfaces, String settings) {
        return HostNeeds.lacking(ConfigFile.parse("""
                {:proxies [{:name "web"
                            :listen {:interfaces [%s] :address "192.0.2.80" :port 80}
                            :default-target {:ip "10.0.0.1" :port 8080}}]
                 :settings {%s}}
                """.formatted(interfaces, settings), "web.edn"));
    }
}
