package io.weir.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.model.IpAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastKnownGoodTest {

    @TempDir
    private Path directory;

    private static List<IpAddress> addresses(String... texts) {
        return List.of(texts).stream().map(IpAddress::parse).toList();
    }

    @Test
    void what_is_written_is_read_and_names_without_addresses_are_left_out() throws Exception {
        LastKnownGood file = new LastKnownGood(directory.resolve("new").resolve("names"));
        SortedMap<String, List<IpAddress>> names = new TreeMap<>();
        names.put("web.test", addresses("10.0.0.1", "2001:db8::1"));
        names.put("none.test", List.of());
        file.write(names);
        names.remove("none.test");
        assertThat(file.read()).isEqualTo(names);
        assertThat(Files.list(directory.resolve("new"))).hasSize(1);
    }

    @Test
    void a_file_that_is_not_there_knows_nothing() {
        assertThat(new LastKnownGood(directory.resolve("absent")).read()).isEmpty();
    }

    @Test
    void damaged_lines_cost_themselves_only() throws Exception {
        Path path = directory.resolve("names");
        byte[] text = ("a.test 10.0.0.1\nb.test\nc.test 10.0.0.999\n\n\u0000\u00ff d\ne/f 10.0.0.2\na.test 10.0.0.3\n"
                        + "g.test 10.0.0.4 2001:db8::4\nh.test 10.0.0")
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(path, text);
        assertThat(new LastKnownGood(path).read())
                .containsOnlyKeys("a.test", "g.test")
                .containsEntry("a.test", addresses("10.0.0.1"));
    }

    @Test
    void a_file_cut_short_anywhere_is_still_read() throws Exception {
        Path path = directory.resolve("names");
        byte[] text = "web.test 10.0.0.1 10.0.0.2\nshop.test 2001:db8::1\n".getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= text.length; length += 3) {
            Files.write(path, java.util.Arrays.copyOf(text, length));
            assertThat(new LastKnownGood(path).read().keySet()).isSubsetOf("web.test", "shop.test");
        }
    }

    @Test
    void it_does_not_grow_without_bound() throws Exception {
        LastKnownGood file = new LastKnownGood(directory.resolve("names"));
        SortedMap<String, List<IpAddress>> names = new TreeMap<>();
        List<IpAddress> many = IntStream.range(0, 300)
                .mapToObj(i -> new IpAddress(IpAddress.Family.V4, 0, 0x0A000000L + i))
                .toList();
        IntStream.range(0, LastKnownGood.MAX_NAMES + 10).forEach(i -> names.put("n" + i, many.subList(0, 1)));
        names.put("a", many);
        file.write(names);
        assertThat(file.read()).hasSize(LastKnownGood.MAX_NAMES);
        assertThat(file.read().get("a")).hasSize(LastKnownGood.MAX_ADDRESSES);
    }
}
