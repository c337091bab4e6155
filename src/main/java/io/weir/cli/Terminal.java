package io.weir.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The terminal this process has, as a page that is drawn anew, and whose keys come one by one. It is as it was when this closes,
 * or the process is ended by a signal. Java has no way to switch a terminal's modes, so stty(1) does.
 */
final class Terminal implements AutoCloseable {

    /** As xterm has them, and all that want to be like it. */
    private static final String OTHER_PAGE = "\u001b[?1049h\u001b[?25l";

    private static final String OWN_PAGE = "\u001b[?25h\u001b[?1049l";
    private static final String TOP_LEFT = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_PAGE = "\u001b[J";

    private static final Size USUAL = new Size(80, 24);

    private final PrintStream out = System.out;
    private final BlockingQueue<Integer> keys = new LinkedBlockingQueue<>();
    private final String before;
    private final Thread restore = Thread.ofPlatform().unstarted(this::restore);

    /** @param before the modes, as {@code stty -g} writes them */
    private Terminal(String before) {
        this.before = before;
        Runtime.getRuntime().addShutdownHook(restore);
        stty(List.of("-icanon", "-echo", "min", "1"));
        out.print(OTHER_PAGE);
        Thread.ofPlatform().daemon().start(this::readKeys);
    }

    record Size(int columns, int rows) {}

    /** Empty if input or output is none, or one that cannot place its cursor. */
    static Optional<Terminal> open() {
        Console console = System.console();
        String kind = System.getenv("TERM");
        if (console == null || !console.isTerminal() || kind == null || kind.equals("dumb")) {
            return Optional.empty();
        }
        return stty(List.of("-g")).map(Terminal::new);
    }

    /** What stty(1) says; empty if it fails. */
    private static Optional<String> stty(List<String> words) {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(words);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void readKeys() {
        InputStream in = System.in;
        try {
            for (int key = in.read(); key >= 0; key = in.read()) {
                keys.add(key);
            }
        } catch (IOException gone) {
            // there are no more keys
        }
    }

    /** As it is now: a window may be drawn larger at any time. */
    Size size() {
        return stty(List.of("size"))
                .map(text -> text.split(" "))
                .filter(numbers -> numbers.length == 2 && !numbers[0].equals("0") && !numbers[1].equals("0"))
                .map(numbers -> new Size(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0])))
                .orElse(USUAL);
    }

    /** @param lines that fit its size */
    void draw(List<String> lines) {
        StringBuilder page =
                new StringBuilder(TOP_LEFT); // what was on a line goes first: behind a full one, its end would
        for (int i = 0; i < lines.size(); i++) {
            page.append(i == 0 ? "" : "\r\n").append(REST_OF_LINE).append(lines.get(i));
        }
        out.print(page.append(REST_OF_PAGE));
        out.flush();
    }

    /** The next key; empty if none comes so long. */
    Optional<Integer> key(Duration patience) throws InterruptedException {
        return Optional.ofNullable(keys.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    }

    private void restore() {
        out.print(OWN_PAGE);
        out.flush();
        stty(List.of(before));
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(restore);
        restore();
    }
}
