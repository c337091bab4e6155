package io.weir.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.Type;
import io.weir.metrics.Metrics.Format;
import io.weir.stats.Distribution;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A metric while its samples are gathered: each with values for the same labels. Samples are written down as they come, in the
 * words both formats share; the library's own writer, which goes over samples as objects and character by character, takes
 * five times as long for the histograms of a thousand targets.
 */
final class Family {

    /** Up to here each whole number has a double of its own. */
    private static final double EXACT = 1L << 53;

    private static final String TOTAL = "_total";

    private final String name;
    private final Type type;
    private final String help;
    private final List<String> labels;
    private final StringBuilder samples = new StringBuilder();
    private final Map<Duration, String> bounds = new HashMap<>();

    private Family(String name, Type type, String help, List<String> labels) {
        this.name = name;
        this.type = type;
        this.help = help;
        this.labels = labels;
    }

    static Family gauge(String name, String help, String... labels) {
        return new Family(name, Type.GAUGE, help, List.of(labels));
    }

    /** @param name ends in {@code _total} */
    static Family counter(String name, String help, String... labels) {
        return new Family(name, Type.COUNTER, help, List.of(labels));
    }

    /** What is neither: a gauge whose published name ends as a counter's. */
    static Family untyped(String name, String help, String... labels) {
        return new Family(name, Type.UNKNOWN, help, List.of(labels));
    }

    static Family histogram(String name, String help, String... labels) {
        return new Family(name, Type.HISTOGRAM, help, List.of(labels));
    }

    void add(double value, String... labelValues) {
        add(name, written(labelValues), value);
    }

    /** What is so, and 0 for what else might be. */
    void add(boolean value, String... labelValues) {
        add(value ? 1 : 0, labelValues);
    }

    void add(Distribution distribution, String... labelValues) {
        String written = written(labelValues);
        String bucket = name + "_bucket{" + written + (written.isEmpty() ? "le=\"" : ",le=\"");
        for (Distribution.Bucket below : distribution.buckets()) {
            String bound = bounds.computeIfAbsent(below.bound(), time -> Collector.doubleToGoString(seconds(time)));
            samples.append(bucket)
                    .append(bound)
                    .append("\"} ")
                    .append(below.count())
                    .append('\n');
        }
        samples.append(bucket).append("+Inf\"} ").append(distribution.count()).append('\n');
        add(name + "_count", written, distribution.count());
        add(name + "_sum", written, seconds(distribution.sum()));
    }

    /** @param written the labels with their values */
    private void add(String sample, String written, double value) {
        samples.append(sample);
        if (!written.isEmpty()) {
            samples.append('{').append(written).append('}');
        }
        samples.append(' ');
        if (value == Math.rint(value) && Math.abs(value) <= EXACT) {
            samples.append((long) value);
        } else {
            samples.append(Collector.doubleToGoString(value));
        }
        samples.append('\n');
    }

    private String written(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(name + " has " + labels.size() + " labels, not " + values.length);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : ",").append(labels.get(i)).append("=\"");
            text.append(escaped(values[i])).append('"');
        }
        return text.toString();
    }

    private static String escaped(String value) {
        return value.indexOf('"') < 0 && value.indexOf('\\') < 0 && value.indexOf('\n') < 0
                ? value
                : value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    /** Of its text, or a little more. */
    int length() {
        return samples.length() + help.length() + 2 * name.length() + 64;
    }

    /** Appends it. OpenMetrics has the name of a counter without the ending that its samples have. */
    void write(StringBuilder text, Format format) {
        String told = type == Type.COUNTER && format == Format.OPEN_METRICS
                ? name.substring(0, name.length() - TOTAL.length())
                : name;
        text.append("# HELP ").append(told).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(told).append(' ');
        text.append(word(format)).append('\n');
        text.append(samples);
    }

    private String word(Format format) {
        return type == Type.UNKNOWN && format == Format.PROMETHEUS
                ? "untyped"
                : type.name().toLowerCase(Locale.ROOT);
    }
}
