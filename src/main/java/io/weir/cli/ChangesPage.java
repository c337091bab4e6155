package io.weir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.model.Change;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes of a configuration, a line each. */
final class ChangesPage {

    private ChangesPage() {}

    /**
     * As JSON.
     *
     * @param before as the file writes it; null where it was not there
     * @param after as the file writes it; null where it is there no more
     */
    record ChangeView(
            String path, @Nullable String before, @Nullable String after, boolean needsRestart) {

        static ChangeView of(Change change) {
            return new ChangeView(
                    change.path(), change.before().orElse(null), change.after().orElse(null), change.needsRestart());
        }
    }

    record ChangesView(List<ChangeView> changes) {}

    /** As the admin API writes them. */
    static List<Change> read(JsonNode answer) {
        return answer.path("changes")
                .valueStream()
                .map(change -> new Change(
                        change.path("path").asText(),
                        Optional.ofNullable(change.path("before").textValue()),
                        Optional.ofNullable(change.path("after").textValue()),
                        change.path("needs-restart").asBoolean()))
                .toList();
    }

    static void print(List<Change> changes, PrintWriter out, boolean json) {
        if (json) {
            out.println(Json.write(
                    new ChangesView(changes.stream().map(ChangeView::of).toList())));
            return;
        }
        if (changes.isEmpty()) {
            out.println("nothing has changed");
        }
        changes.forEach(change -> out.println(change.line() + (change.needsRestart() ? " (needs a restart)" : "")));
    }
}
