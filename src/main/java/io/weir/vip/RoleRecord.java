package io.weir.vip;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.weir.policy.VipRole;
import io.weir.policy.VipRole.Told;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The roles in a file, a line each: since when, which, of what instance. */
final class RoleRecord {

    private static final Pattern LINE = Pattern.compile("([0-9]{1,18}) ([A-Z]+) (.+)");

    private final Path file;

    RoleRecord(Path file) {
        this.file = file;
    }

    void write(Map<String, VipRole> roles) throws IOException {
        List<String> lines = roles.entrySet().stream()
                .map(entry -> entry.getValue().since() + " " + told(entry.getValue()) + " " + entry.getKey())
                .toList();
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path young = Files.write(file.resolveSibling(file.getFileName() + ".new"), lines);
        Files.move(young, file, ATOMIC_MOVE);
    }

    /** What is there of it; a file that is missing or not to be understood holds nothing. */
    Map<String, VipRole> read() {
        Map<String, VipRole> roles = new HashMap<>();
        try {
            for (String text : Files.readAllLines(file)) {
                Matcher line = LINE.matcher(text);
                if (line.matches()) {
                    Optional<Told> told = Told.of(line.group(2));
                    told.ifPresent(
                            word -> roles.put(line.group(3), VipRole.first(word, Long.parseLong(line.group(1)))));
                }
            }
        } catch (IOException none) {
            return Map.of();
        }
        return roles;
    }

    private static Told told(VipRole role) {
        return switch (role) {
            case VipRole.Master _ -> Told.MASTER;
            case VipRole.Backup _ -> Told.BACKUP;
            case VipRole.Fault _ -> Told.FAULT;
            case VipRole.Stopped _ -> Told.STOP;
        };
    }
}
