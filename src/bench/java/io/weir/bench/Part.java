package io.weir.bench;

import java.util.List;
import java.util.function.Consumer;

/** A group of measurements that share what they are made with. */
interface Part {

    /** As the command line calls it. */
    String name();

    /** What it measures and how, in a sentence or two for the report. */
    String method();

    /** Programs it cannot do without. */
    default List<String> commands() {
        return List.of();
    }

    /**
     * Measures. What it made is gone when this returns or throws.
     *
     * @param rows told of each row as soon as it is measured
     */
    void run(Effort effort, Consumer<Row> rows) throws Exception;
}
