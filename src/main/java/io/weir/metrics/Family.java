package io.weir.metrics;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import io.prometheus.client.Collector.Type;
import io.weir.stats.Distribution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A metric while its samples are gathered: each with values for the same labels. */
final class Family {

    private static final String BUCKET = "le";

    private final String name;
    private final Type type;
    private final String help;
    private final List<String> labels;
    private final List<String> bucketLabels;
    private final List<Sample> samples = new ArrayList<>();

    private Family(String name, Type type, String help, List<String> labels) {
        this.name = name;
        this.type = type;
        this.help = help;
        this.labels = labels;
        this.bucketLabels = plus(labels, BUCKET);
    }

    static Family gauge(String name, String help, String... labels) {
        return new Family(name, Type.GAUGE, help, List.of(labels));
    }

    /** @param name ends in {@code _total} */
    static Family counter(String name, String help, String... labels) {
        return new Family(name, Type.COUNTER, help, List.of(labels));
    }

    static Family histogram(String name, String help, String... labels) {
        return new Family(name, Type.HISTOGRAM, help, List.of(labels));
    }

    void add(double value, String... labelValues) {
        samples.add(new Sample(name, labels, List.of(labelValues), value));
    }

    /** What is so, and 0 for what else might be. */
    void add(boolean value, String... labelValues) {
        add(value ? 1 : 0, labelValues);
    }

    void add(Distribution distribution, String... labelValues) {
        List<String> values = List.of(labelValues);
        for (Distribution.Bucket bucket : distribution.buckets()) {
            addBucket(Double.toString(seconds(bucket.bound())), bucket.count(), values);
        }
        addBucket("+Inf", distribution.count(), values);
        samples.add(new Sample(name + "_count", labels, values, distribution.count()));
        samples.add(new Sample(name + "_sum", labels, values, seconds(distribution.sum())));
    }

    private void addBucket(String bound, long count, List<String> values) {
        samples.add(new Sample(name + "_bucket", bucketLabels, plus(values, bound), count));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    boolean isEmpty() {
        return samples.isEmpty();
    }

    MetricFamilySamples samples() {
        return new MetricFamilySamples(name, type, help, samples);
    }

    private static List<String> plus(List<String> values, String more) {
        List<String> all = new ArrayList<>(values);
        all.add(more);
        return all;
    }
}
