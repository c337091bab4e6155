package io.weir.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.lab.Await;
import io.weir.policy.VipRole;
import io.weir.testing.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VipWatchTest {

    @TempDir
    private Path directory;

    private Path fifo;
    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeEach
    void name() {
        fifo = directory.resolve("run").resolve("vrrp");
    }

    @Test
    void roles_are_what_keepalived_says_and_each_change_is_told() throws Exception {
        try (VipWatch watch = watch();
                FileChannel keepalived = keepalived()) {
            say(
                    keepalived,
                    "GROUP \"weir\" BACKUP 0",
                    "INSTANCE \"clients\" BACKUP 100",
                    "INSTANCE \"backends\" BACKUP 100");
            awaitRoles(watch, "{backends=backup, clients=backup}");
            say(keepalived, "INSTANCE \"clients\" MASTER 100", "INSTANCE \"clients\" MASTER_RX_LOWER_PRI 100");
            awaitRoles(watch, "{backends=backup, clients=master}");
            say(keepalived, "INSTANCE \"clients\" FAULT 100", "INSTANCE \"backends\" STOP 100");
            awaitRoles(watch, "{backends=stopped, clients=fault}");
        }
        assertThat(told)
                .containsExactly(
                        "clients backup ",
                        "backends backup ",
                        "clients master was backup",
                        "clients fault was master",
                        "backends stopped was backup");
    }

    @Test
    void garbage_changes_nothing_and_what_follows_it_is_heard() throws Exception {
        try (VipWatch watch = watch();
                FileChannel keepalived = keepalived()) {
            say(keepalived, "INSTANCE \"clients\" MASTER 100");
            awaitRoles(watch, "{clients=master}");
            byte[] noise = new byte[20_000];
            new Random(1).nextBytes(noise);
            keepalived.write(ByteBuffer.wrap(noise));
            say(
                    keepalived,
                    "",
                    "INSTANCE \"clients\" SLEEPING 100",
                    "INSTANCE \"" + "x".repeat(100) + "\" MASTER 100",
                    "INSTANCE clients BACKUP",
                    "y".repeat(9_000),
                    "INSTANCE \"backends\" MASTER 100");
            awaitRoles(watch, "{backends=master, clients=master}");
        }
    }

    /** keepalived removes a FIFO that it has made. */
    @Test
    void a_FIFO_that_is_made_anew_is_read() throws Exception {
        Files.createDirectories(fifo.getParent());
        Run.command("mkfifo", fifo.toString());
        try (VipWatch watch = watch()) {
            try (FileChannel keepalived = keepalived()) {
                say(keepalived, "INSTANCE \"clients\" MASTER 100", "INSTANCE \"clients\" STOP 100");
                awaitRoles(watch, "{clients=stopped}");
            }
            Files.delete(fifo);
            try (FileChannel keepalived = keepalived()) {
                say(keepalived, "INSTANCE \"clients\" BACKUP 100");
                awaitRoles(watch, "{clients=backup}");
            }
        }
    }

    @Test
    void roles_outlive_the_node_with_what_was_said_meanwhile() throws Exception {
        try (FileChannel keepalived = keepalived()) {
            try (VipWatch watch = watch()) {
                say(keepalived, "INSTANCE \"clients\" BACKUP 100", "INSTANCE \"backends\" BACKUP 100");
                awaitRoles(watch, "{backends=backup, clients=backup}");
            }
            say(keepalived, "INSTANCE \"clients\" MASTER 100");
            try (VipWatch watch = watch()) {
                awaitRoles(watch, "{backends=backup, clients=master}");
            }
        }
    }

    @Test
    void another_file_in_its_place_is_left_alone_and_listened_past_once_it_is_gone() throws Exception {
        Files.createDirectories(fifo.getParent());
        Files.writeString(fifo, "mine");
        try (VipWatch watch = watch()) {
            assertThat(Files.readString(fifo)).isEqualTo("mine");
            Files.delete(fifo);
            try (FileChannel keepalived = keepalived()) {
                say(keepalived, "INSTANCE \"clients\" MASTER 100");
                awaitRoles(watch, "{clients=master}");
            }
        }
    }

    private VipWatch watch() {
        VipWatch watch = new VipWatch(
                directory.resolve("record"),
                (instance, role, why) -> told.add(instance + " " + role.word() + " " + why));
        watch.listen(Optional.of(fifo));
        return watch;
    }

    /** Makes the FIFO unless it is there, as keepalived does, and holds it open both ways. */
    private FileChannel keepalived() throws IOException {
        Files.createDirectories(fifo.getParent());
        Run.status("mkfifo", fifo.toString());
        return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void say(FileChannel keepalived, String... lines) throws IOException {
        for (String line : lines) {
            keepalived.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static void awaitRoles(VipWatch watch, String roles) {
        Await.until("the roles are " + roles, () -> text(watch.roles()).equals(roles));
    }

    private static String text(Map<String, VipRole> roles) {
        return roles.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().word())
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
