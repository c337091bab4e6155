package io.weir.cli;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir top}: what goes over targets now. */
@Command(
        name = "top",
        description = {
            "Show what goes over targets now, the busiest first.",
            "",
            "In a terminal the page is drawn anew until q is pressed:"
                    + " n, a, b, p and t sort by new connections, active ones, bytes, packets and target, r reverses.",
            "",
            "Elsewhere it prints one page and ends, or as many as -n says. Bytes, packets and active connections are those of"
                    + " the target, by whichever proxy they came; new connections are those of the row's proxy."
        })
final class TopCommand extends NodeVerb {

    private static final double SHORTEST_SECONDS = 0.1;
    private static final double LONGEST_SECONDS = 3600;
    private static final int ENDLESS = Integer.MAX_VALUE;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "Between two pages (default: 1)")
    private double interval = 1;

    @Option(
            names = "--sort",
            paramLabel = "WORD",
            description = "By new, active, bytes, packets or target (default: new)")
    private String sort = "new";

    @Option(names = "-n", paramLabel = "N", description = "End after so many pages")
    private @Nullable Integer pages;

    private TopRow.Order order = TopRow.Order.NEW;
    private boolean reversed;

    TopCommand(Appliance appliance) {
        super(appliance);
    }

    @Override
    void requireSense() {
        if (!(interval >= SHORTEST_SECONDS && interval <= LONGEST_SECONDS)) {
            throw misuse("--interval is 0.1 to 3600 seconds, not " + interval);
        }
        if (pages != null && pages < 1) {
            throw misuse("-n is 1 or more, not " + pages);
        }
        order = Arrays.stream(TopRow.Order.values())
                .filter(one -> ConnectionOptions.word(one).equals(sort))
                .findFirst()
                .orElseThrow(() -> misuse("--sort is new, active, bytes, packets or target, not '" + sort + "'"));
    }

    @Override
    int call(NodeClient node) {
        TopFrame.Look first = TopFrame.Look.at(node);
        Optional<Terminal> terminal = isJson() ? Optional.empty() : Terminal.open();
        try {
            if (terminal.isPresent()) {
                try (Terminal page = terminal.get()) {
                    draw(node, first, page);
                }
            } else {
                print(node, first);
            }
            return ExitCode.DONE;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }

    private Duration interval() {
        return Duration.ofNanos((long) (interval * 1e9));
    }

    private void print(NodeClient node, TopFrame.Look first) throws InterruptedException {
        TopFrame.Look before = first;
        for (int page = 0; page < (pages == null ? 1 : pages); page++) {
            Thread.sleep(interval());
            TopFrame.Look now = TopFrame.Look.at(node);
            TopFrame frame = TopFrame.between(before, now);
            before = now;
            if (isJson()) {
                out().println(Json.line(frame.json(order, reversed)));
            } else {
                frame.lines(head(node), order, reversed, Integer.MAX_VALUE, Integer.MAX_VALUE)
                        .forEach(out()::println);
                out().println();
            }
        }
    }

    private String head(NodeClient node) {
        return "weir at " + node.address() + ", by " + sort + (reversed ? ", reversed" : "");
    }

    private void draw(NodeClient node, TopFrame.Look first, Terminal terminal) throws InterruptedException {
        TopFrame.Look before = first;
        TopFrame frame = TopFrame.between(first, first);
        String trouble = "";
        for (int page = 0; page <= (pages == null ? ENDLESS - 1 : pages); page++) {
            if (page > 0) {
                try {
                    TopFrame.Look now = TopFrame.Look.at(node);
                    frame = TopFrame.between(before, now);
                    before = now;
                    trouble = "";
                } catch (CommandFailure failed) { // a node that is restarted is back in a moment
                    trouble = String.valueOf(failed.getMessage());
                }
            }
            if (!showUntilNext(node, frame, trouble, terminal)) {
                return;
            }
        }
    }

    /** Keys are obeyed at once. @return whether to go on */
    private boolean showUntilNext(NodeClient node, TopFrame frame, String trouble, Terminal terminal)
            throws InterruptedException {
        long next = System.nanoTime() + interval().toNanos();
        while (true) {
            Terminal.Size size = terminal.size();
            String head = trouble.isEmpty() ? head(node) + "; n a b p t sort, r reverses, q quits" : trouble;
            terminal.draw(frame.lines(head, order, reversed, size.columns(), size.rows()));
            long left = next - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            Optional<Integer> key = terminal.key(Duration.ofNanos(left));
            if (key.isEmpty()) {
                return true;
            }
            if (key.get() == 'q') {
                return false;
            }
            obey((char) key.get().intValue());
        }
    }

    private void obey(char key) {
        reversed ^= key == 'r';
        Arrays.stream(TopRow.Order.values())
                .filter(one -> one.key() == key)
                .findFirst()
                .ifPresent(chosen -> {
                    order = chosen;
                    sort = ConnectionOptions.word(chosen);
                    reversed = false;
                });
    }
}
