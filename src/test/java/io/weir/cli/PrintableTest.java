package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void a_table_shows_nothing_that_a_terminal_obeys() {
        Table table = new Table("TARGET", "ERROR");
        table.row("10.0.0.1:80", "\u001b[2Jgone\nanother row\u009b1m");

        assertThat(table.lines())
                .containsExactly("TARGET       ERROR", "10.0.0.1:80  \ufffd[2Jgone\ufffdanother row\ufffd1m");
    }

    @Test
    void a_message_keeps_its_lines() {
        assertThat(Printable.lines("one\n\ttwo\u0007")).isEqualTo("one\n\ttwo\ufffd");
    }
}
