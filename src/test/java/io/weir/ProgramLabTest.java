package io.weir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting and stopping, and what is said when that cannot be. */
@Tag("lab")
class ProgramLabTest {

    private static final String NAMESPACE =
            "weir-test-program-" + ProcessHandle.current().pid();
    private static final Path PINS = Path.of("/sys/fs/bpf", NAMESPACE);

    @TempDir
    private Path directory;

    @BeforeEach
    void a_host_with_one_cable() throws Exception {
        execute("ip netns add " + NAMESPACE);
        execute("ip -n " + NAMESPACE + " link add front type veth peer name far");
        execute("ip -n " + NAMESPACE + " link set front up");
        execute("ip -n " + NAMESPACE + " link set far up");
        execute("ip -n " + NAMESPACE + " addr add 192.0.2.1/24 dev front");
    }

    @AfterEach
    void remove() throws Exception {
        if (Files.exists(PINS)) {
            assertThat(weir("detach", "--pin-path", PINS.toString()).exitCode()).isZero();
        }
        execute("ip netns del " + NAMESPACE);
    }

    @Test
    void without_privilege_it_says_what_is_missing_and_ends_with_4() throws Exception {
        try (Program program = Program.start(
                List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"), "run", "-c", config("front", ""))) {
            assertThat(program.exitCode()).isEqualTo(4);
            assertThat(program.output())
                    .startsWith("weir: run: CAP_NET_ADMIN and CAP_BPF missing, which not even root has here: ")
                    .hasLineCount(1);
        }
    }

    @Test
    void an_interface_that_is_not_there_is_named_and_nothing_stays() throws Exception {
        try (Program program = weir("run", "-c", config("eth77", ""))) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.output()).contains("weir: ").contains("eth77").doesNotContain("\tat ");
        }
        assertThat(PINS).doesNotExist();
    }

    @Test
    void a_pin_path_that_is_no_bpffs_is_refused() throws Exception {
        Path file = Path.of(config("front", ""));
        String elsewhere = directory.resolve("pins").toString();
        Files.writeString(file, Files.readString(file).replace(PINS.toString(), elsewhere));
        try (Program program = weir("run", "-c", file.toString())) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.output()).contains(elsewhere + " does not lie in a BPF file system");
        }
    }

    @Test
    void a_second_one_on_the_same_pins_is_refused() throws Exception {
        try (Program first = weir("run", "-c", config("front", "")).awaitOutput(" ready: ");
                Program second = weir("run", "-c", config("front", ""))) {
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.output()).contains("another weir runs on " + PINS + " (process ", "stop it first");
            assertThat(first.output()).doesNotContain("ERROR");
        }
    }

    @Test
    void a_second_one_on_the_same_interfaces_says_once_what_holds_them() throws Exception {
        execute("ip -n " + NAMESPACE + " link add back type veth peer name behind");
        execute("ip -n " + NAMESPACE + " link set back up");
        execute("ip -n " + NAMESPACE + " link set behind up");
        execute("ip -n " + NAMESPACE + " addr add 10.0.0.254/24 dev back");
        String file = config("front", "");
        Path other = Path.of(PINS + "-other");
        Path second = directory.resolve("second.edn");
        Files.writeString(second, Files.readString(Path.of(file)).replace(PINS.toString(), other.toString()));
        try (Program first = weir("run", file).awaitOutput(" ready: ");
                Program late = weir("run", second.toString())) {
            assertThat(late.exitCode()).isEqualTo(1);
            assertThat(late.output().lines().filter(line -> !line.contains(" INFO ")))
                    .singleElement()
                    .asString()
                    .startsWith("weir: interface front is held by the data path under " + PINS + ": ");
            assertThat(other).doesNotExist();
            assertThat(first.output()).doesNotContain("WARN");
        }
    }

    @Test
    void sigterm_leaves_the_data_path_and_detach_takes_it_off() throws Exception {
        try (Program program = weir("run", "-c", config("front", "")).awaitOutput(" ready: ")) {
            program.signal("HUP");
            program.awaitOutput("reload (SIGHUP): nothing has changed");
            program.signal("TERM");
            program.exitCode();
        }
        assertThat(PINS).isDirectory();
        try (Program hidden =
                Program.start(List.of("ip", "netns", "exec", NAMESPACE), "status", "--pin-path", PINS.toString())) {
            assertThat(hidden.exitCode()).isEqualTo(3);
            assertThat(hidden.output())
                    .contains("the data path under " + PINS + " is hidden here", "nsenter --net=/run/netns/");
        }
        try (Program status = weir("status", "--pin-path", PINS.toString())) {
            assertThat(status.exitCode()).as(status.output()).isZero();
            assertThat(status.output())
                    .contains("front")
                    .contains("192.0.2.80:80")
                    .contains("10.0.0.1:8080");
        }
        try (Program detach = weir("detach", "--pin-path", PINS.toString())) {
            assertThat(detach.exitCode()).as(detach.output()).isZero();
        }
        assertThat(PINS).doesNotExist();
        try (Program status = weir("status", "--pin-path", PINS.toString())) {
            assertThat(status.exitCode()).isEqualTo(3);
            assertThat(status.output()).contains("nothing is pinned under " + PINS);
        }
    }

    /** Their pin path is the default one: here, like /run/weir, in a file system that ends with the process. */
    @Test
    void flags_in_the_place_of_a_file_run_one_proxy() throws Exception {
        List<String> apart = List.of(
                "nsenter",
                "--net=/run/netns/" + NAMESPACE,
                "unshare",
                "--mount",
                "sh",
                "-ec",
                "mkdir -p /run/weir; mount -t tmpfs run /run/weir; mount -t bpf bpf /sys/fs/bpf; exec \"$@\"",
                "sh");
        try (Program program = Program.start(apart, "-i", "front", "-p", "8000", "-t", "10.0.0.1:8080", "-s")
                .awaitOutput(" ready: ")) {
            try (Program status = Program.start(
                    List.of("nsenter", "--target", String.valueOf(program.pid()), "--net", "--mount"),
                    "status",
                    "--pin-path",
                    "/sys/fs/bpf/weir")) {
                assertThat(status.exitCode()).as(status.output()).isZero();
                assertThat(status.output()).contains("front").contains(":8000").contains("10.0.0.1:8080");
            }
            program.signal("TERM");
            assertThat(program.exitCode()).as(program.output()).isEqualTo(143);
        }
    }

    @Test
    void detach_leaves_nothing_of_a_node_that_was_killed() throws Exception {
        try (Program program = weir("run", "-c", config("front", "")).awaitOutput(" ready: ")) {
            program.signal("KILL");
            program.exitCode();
        }
        assertThat(ReloadRecord.configuration(ReloadRecord.of(PINS))).isRegularFile();
        assertThat(end("detach", "--pin-path", PINS.toString())).startsWith("0 ");
        assertThat(PINS).doesNotExist();
        try (Stream<Path> files = Files.walk(Path.of("/run/weir"))) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .noneMatch(
                            name -> name.contains(NAMESPACE) || name.contains(String.valueOf(PinLock.position(PINS))));
        }
    }

    @Test
    void reload_waits_for_the_node_and_check_says_before_what_it_would_change() throws Exception {
        String file = config("front", "");
        assertThat(end("reload", "--pin-path", PINS.toString()))
                .startsWith("3 ")
                .contains("no weir runs on " + PINS);
        try (Program program = weir("run", "-c", file, "--watch").awaitOutput(" ready: ")) {
            Files.writeString(
                    Path.of(file + ".new"), Files.readString(Path.of(file)).replace("8080", "9090"));
            String added = "proxies[web].default-target[10.0.0.1:9090]: none -> ";
            assertThat(end("check", "--diff", "--pin-path", PINS.toString(), "-c", file + ".new"))
                    .startsWith("0 ")
                    .contains(added);

            Files.move(Path.of(file + ".new"), Path.of(file), StandardCopyOption.REPLACE_EXISTING);
            program.awaitOutput(added);
            assertThat(program.output()).contains("reload (the file has changed): 2 changes");
            assertThat(end("status", "--pin-path", PINS.toString())).contains("10.0.0.1:9090");
            assertThat(end("reload", "--pin-path", PINS.toString())).isEqualTo("0 nothing has changed\n");

            config("front", ":max-connections 5 :udp-timeout-sec 7");
            program.awaitOutput("settings.max-connections: cannot change while weir runs");
            assertThat(end("reload", "--pin-path", PINS.toString()))
                    .startsWith("2 weir: ")
                    .contains("weir.edn:4: settings.max-connections: cannot change while weir runs");
            program.signal("TERM");
            program.exitCode();
        }
    }

    private static String end(String... arguments) throws Exception {
        try (Program program = weir(arguments)) {
            return program.exitCode() + " " + program.output();
        }
    }

    @Test
    void sigterm_takes_the_data_path_off_when_the_settings_say_so() throws Exception {
        try (Program program =
                weir("run", "-c", config("front", ":on-stop :detach")).awaitOutput(" ready: ")) {
            assertThat(PINS).isDirectory();
            program.signal("TERM");
            assertThat(program.exitCode()).as(program.output()).isEqualTo(143);
            assertThat(PINS).as(program.output()).doesNotExist();
        }
        assertThat(PINS).doesNotExist();
    }

    @Test
    void three_capabilities_are_enough_to_run_and_to_take_another_table_size() throws Exception {
        for (int connections : new int[] {1000, 2000}) {
            try (Program program = Program.start(
                            List.of(
                                    "nsenter",
                                    "--net=/run/netns/" + NAMESPACE,
                                    "setpriv",
                                    "--bounding-set=-all,+bpf,+net_admin,+perfmon",
                                    "--inh-caps=-all"),
                            "run",
                            "-c",
                            config("front", ":max-connections " + connections))
                    .awaitOutput(" ready: ")) {
                program.signal("TERM");
                assertThat(program.exitCode()).as(program.output()).isEqualTo(143);
            }
        }
    }

    private static Program weir(String... arguments) throws IOException {
        return Program.startIn(NAMESPACE, arguments);
    }

    private String config(String listenOn, String settings) throws IOException {
        Path file = directory.resolve("weir.edn");
        Files.writeString(file, """
                {:proxies [{:name "web"
                            :listen {:interfaces ["%s"] :address "192.0.2.80" :port 80}
                            :default-target {:ip "10.0.0.1" :port 8080}}]
                 :settings {:pin-path "%s" %s}}
                """.formatted(listenOn, PINS, settings));
        return file.toString();
    }

    private static void execute(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command.split(" ")).inheritIO().start();
        assertThat(process.waitFor()).as(command).isZero();
    }
}
