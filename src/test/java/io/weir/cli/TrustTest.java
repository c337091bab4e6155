package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.admin.Rig;
import io.weir.config.ConfigFile;
import io.weir.model.AdminApi;
import io.weir.testing.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the command line believes over TLS, and what a node says to a key that may not. */
class TrustTest {

    private static final String KEY = "not-so-secret";

    private final Told appliance = new Told();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private int run(String... arguments) {
        err.getBuffer().setLength(0);
        return new Cli(appliance, new PrintWriter(new StringWriter(), true), new PrintWriter(err, true)).run(arguments);
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    /** A certificate that the authority of this test has signed. */
    private void issue(String name, String alternative) {
        if (!Files.exists(file("ca.pem"))) {
            make("ca", "");
        }
        make(name, "-CA ca.pem -CAkey ca.key -addext subjectAltName=" + alternative);
    }

    private void make(String name, String how) {
        Run.shell("cd " + directory + "; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
                + " -subj /CN=" + name + " -keyout " + name + ".key -out " + name + ".pem " + how);
    }

    private Rig serving(String name) {
        return new Rig(new AdminApi(
                true,
                Rig.OPEN.bind(),
                0,
                Optional.of(KEY),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new AdminApi.Tls(file(name + ".pem"), file(name + ".key"))),
                Optional.empty()));
    }

    private void configure(String name) {
        appliance.files.put(
                "node.edn",
                ConfigFile.parse(
                        Rig.WEB
                                .strip()
                                .replaceFirst(
                                        "}$",
                                        " :settings {:admin-api {:enabled true :api-key \"" + KEY + "\" :tls {:cert \""
                                                + file(name + ".pem") + "\" :key \"" + file(name + ".key") + "\"}}}}"),
                        "node.edn"));
    }

    @Test
    void an_authority_is_believed_for_the_names_it_has_signed() {
        issue("node", "IP:127.0.0.1");
        issue("other", "DNS:elsewhere.example");
        appliance.environment.put("WEIR_KEY", KEY);
        try (Rig node = serving("node");
                Rig other = serving("other")) {
            String[] ask = {"status", "--url", node.admin.url()};
            assertThat(run(ask)).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(err.toString())
                    .startsWith(
                            "weir: cannot reach the node at " + node.admin.url() + ": its certificate is not trusted (")
                    .endsWith("); name its authority with --ca-file\n");
            appliance.environment.put("WEIR_CA_FILE", file("ca.pem").toString());
            assertThat(run(ask)).as(err.toString()).isEqualTo(ExitCode.DONE);
            assertThat(run("status", "--url", other.admin.url())).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(err.toString()).contains("its certificate is not trusted (");
        }
    }

    @Test
    void the_nodes_own_file_names_the_one_certificate_that_is_its() {
        issue("node", "DNS:elsewhere.example");
        issue("other", "IP:127.0.0.1");
        try (Rig node = serving("node");
                Rig other = serving("other")) {
            configure("node");
            assertThat(run("status", "-c", "node.edn", "--url", node.admin.url()))
                    .as(err.toString())
                    .isEqualTo(ExitCode.DONE);
            assertThat(run("status", "-c", "node.edn", "--url", other.admin.url()))
                    .isEqualTo(ExitCode.UNREACHABLE);
            assertThat(err.toString()).contains("it is not the one in the node's file");
        }
    }

    @Test
    void a_file_without_certificates_is_bad_usage() throws IOException {
        Files.writeString(file("empty.pem"), "");
        assertThat(run("ready", "--ca-file", file("empty.pem").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .isEqualTo("weir: the certificates in " + file("empty.pem")
                        + " cannot be used: it holds none; name a PEM file\n");
    }

    @Test
    void a_key_that_may_only_read_is_exit_code_4() throws IOException {
        Path reading = file("reading");
        Files.writeString(reading, "reading-key\n");
        Files.setPosixFilePermissions(reading, PosixFilePermissions.fromString("rw-------"));
        try (Rig node = new Rig(new AdminApi(
                true,
                Rig.OPEN.bind(),
                0,
                Optional.of(KEY),
                Optional.empty(),
                Optional.of(reading),
                Optional.empty(),
                Optional.empty()))) {
            String[] where = {"--url", node.admin.url(), "--key-file", reading.toString()};
            assertThat(run("status", where[0], where[1], where[2], where[3])).isEqualTo(ExitCode.DONE);
            assertThat(run("drain", "10.0.0.1:8080", where[0], where[1], where[2], where[3]))
                    .isEqualTo(ExitCode.UNSUPPORTED);
            assertThat(err.toString())
                    .isEqualTo("weir: the node at " + node.admin.url()
                            + " refuses: this key may only read; use the full one\n");
        }
    }
}
