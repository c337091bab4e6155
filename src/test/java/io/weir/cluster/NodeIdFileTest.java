package io.weir.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeIdFileTest {

    @TempDir
    Path folder;

    @Test
    void a_name_is_made_up_once_and_kept() throws IOException {
        Path file = folder.resolve("not/there/yet/node-id");
        NodeId first = NodeIdFile.of(file);
        assertThat(NodeIdFile.of(file)).isEqualTo(first);
        assertThat(NodeIdFile.of(folder.resolve("other"))).isNotEqualTo(first);
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_file_that_holds_no_name_is_refused_and_stays() throws IOException {
        Path file = Files.writeString(folder.resolve("node-id"), "not a name\n");
        assertThatThrownBy(() -> NodeIdFile.of(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(file.toString());
        assertThat(file).hasContent("not a name\n");
    }

    @Test
    void where_nothing_can_be_written_it_says_what_to_do() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "").resolve("node-id");
        assertThatThrownBy(() -> NodeIdFile.of(file)).hasMessageContainingAll(file.toString(), "write a :node-id");
    }
}
