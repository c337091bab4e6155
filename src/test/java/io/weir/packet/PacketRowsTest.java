package io.weir.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.dataplane.ObjectFiles;
import io.weir.model.IpAddress.Family;
import io.weir.testing.KernelTest;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Tells every row with the real programs. */
@KernelTest
class PacketRowsTest {

    private static Surroundings surroundings;
    private static final Map<String, DataPath> PATHS = new HashMap<>();

    @BeforeAll
    static void make() {
        surroundings = new Surroundings();
        for (Row row : Rows.all()) {
            for (boolean poisoned : new boolean[] {false, true}) {
                PATHS.computeIfAbsent(name(row.room(), poisoned), name -> load(row.room(), poisoned));
            }
        }
    }

    @AfterAll
    static void cleanUp() {
        PATHS.values().forEach(DataPath::close);
        PATHS.clear();
        surroundings.close();
    }

    @TestFactory
    Stream<DynamicNode> rows() {
        return Rows.all().stream().map(row -> container(row, false));
    }

    @TestFactory
    Stream<DynamicNode> rows_with_poisoned_memory() {
        return Rows.all().stream().map(row -> container(row, true));
    }

    private static DynamicContainer container(Row row, boolean poisoned) {
        return DynamicContainer.dynamicContainer(
                row.sentence(),
                row.families().stream()
                        .flatMap(family -> row.hooks().stream()
                                .map(hook -> DynamicTest.dynamicTest(
                                        row.sentence() + " [" + family + " " + hook + "]",
                                        () -> tell(row, family, hook, poisoned)))));
    }

    private static void tell(Row row, Family family, Hook hook, boolean poisoned) {
        surroundings.inside(() -> {
            Story story = new Story(family, hook, PATHS.get(name(row.room(), poisoned)));
            row.story().accept(story);
            story.finish();
            assertThat(story.seen()).as("reasons").isEqualTo(row.reasons());
            return null;
        });
    }

    private static String name(int room, boolean poisoned) {
        return room + (poisoned ? " poisoned" : "");
    }

    private static DataPath load(int room, boolean poisoned) {
        return surroundings.inside(() -> {
            DataPath path = new DataPath(surroundings, poisoned ? poisonedObjects() : ObjectFiles.shipped(), room);
            if (poisoned) {
                path.poison();
            }
            return path;
        });
    }

    /** The build whose uninitialised memory is nonsense. */
    private static ObjectFiles poisonedObjects() {
        return ObjectFiles.onClassPath("/bpf-poison");
    }
}
