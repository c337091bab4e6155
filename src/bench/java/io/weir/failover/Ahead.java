package io.weir.failover;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Client and server stand for hosts of their own: on this one they go before what else runs, but never before keepalived. Each
 * is a process, all of it, because any thread of a JVM may have to wait for all others.
 */
final class Ahead {

    /** Where the kernel groups processes by session, {@code nice} counts within a session alone (sched(7), autogroup). */
    private static final String AHEAD_OF_OTHER_SESSIONS =
            "if [ -e /proc/self/autogroup ]; then echo -10 >/proc/self/autogroup; fi; exec \"$@\"";

    private Ahead() {}

    /** The words that start a program of ours. */
    static List<String> java(Class<?> program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "setsid",
                "nice",
                "-n",
                "-10",
                "sh",
                "-c",
                AHEAD_OF_OTHER_SESSIONS,
                "sh"));
        words.addAll(program("-Xshare:auto", "256m", program));
        words.addAll(List.of(arguments));
        return words;
    }

    /** The words that start a program of ours as any other. */
    static List<String> program(String option, String heap, Class<?> program) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                option,
                "-XX:+UseSerialGC",
                "-Xms" + heap,
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName());
    }
}
