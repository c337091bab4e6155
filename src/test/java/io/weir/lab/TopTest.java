package io.weir.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.LabTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The live page of the command line, in a terminal that script(1) makes. */
@LabTest
class TopTest {

    @Test
    void top_obeys_its_keys_and_leaves_the_terminal_as_it_was() {
        try (ControlSite control = ControlSite.start(1, "", "")) {
            String top = String.join(" ", control.weir().words("top", "--interval", "0.2"));
            String session = "stty rows 9 cols 60; echo; echo before $(stty -g); " + top
                    + "; echo ended with $?; echo after $(stty -g)";

            // The keys wait until it reads them.
            List<String> shown = control.site()
                    .balancer()
                    .run("printf artbq | TERM=xterm script -qec '" + session + "' /dev/null")
                    .lines()
                    .toList();

            String page = String.join("\n", shown);
            assertThat(page)
                    .contains(
                            "\u001b[?1049h",
                            "by active",
                            "by active, reversed",
                            "by target",
                            "by bytes",
                            "\u001b[?1049l")
                    .contains("0 B/s to targets")
                    .contains("ended with 0");
            assertThat(modes("after", shown)).isEqualTo(modes("before", shown));
            assertThat(page.substring(page.indexOf("\u001b[H"), page.indexOf("\u001b[?1049l"))
                            .split("\n|\u001b\\[H"))
                    .anyMatch(line -> line.contains("web    " + control.site().serverV4(1)))
                    .allMatch(line ->
                            line.replaceAll("\u001b\\[[?0-9;]*[a-zA-Z]", "").length() <= 60);
        }
    }

    private static String modes(String when, List<String> shown) {
        return shown.stream()
                .filter(line -> line.startsWith(when + " "))
                .findFirst()
                .orElseThrow()
                .substring(when.length());
    }
}
