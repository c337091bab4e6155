package io.weir.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Prometheus text, read back: by the rules of the format, and not by the library that wrote it. */
public record Exposition(List<Sample> samples, Map<String, String> types) {

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\n\"])*)\",?");

    public record Sample(String name, Map<String, String> labels, double value) {}

    /** Also sees to it that HELP and TYPE are there once, and before the samples. */
    public static Exposition parse(String text) {
        List<Sample> samples = new ArrayList<>();
        Map<String, String> types = new HashMap<>();
        Map<String, String> helps = new HashMap<>();
        assertThat(text).endsWith("\n");
        for (String line : text.split("\n")) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                assertThat(helps.put(words[2], words[3])).as(line).isNull();
            } else if (line.startsWith("# TYPE ")) {
                assertThat(types.put(words[2], words[3])).as(line).isNull();
            } else if (!line.equals("# EOF")) {
                Sample sample = sample(line);
                assertThat(types.keySet()).as(line).anyMatch(name -> isOf(sample.name(), name));
                samples.add(sample);
            }
        }
        assertThat(helps.keySet()).isEqualTo(types.keySet());
        assertThat(samples)
                .extracting(sample -> sample.name() + sample.labels())
                .doesNotHaveDuplicates();
        return new Exposition(samples, types);
    }

    private static boolean isOf(String sample, String metric) {
        return sample.startsWith(metric)
                && List.of("", "_total", "_info", "_bucket", "_sum", "_count")
                        .contains(sample.substring(metric.length()));
    }

    private static Sample sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        Map<String, String> labels = new TreeMap<>();
        if (matcher.group(2) != null) {
            Matcher label = LABEL.matcher(matcher.group(2));
            int end = 0;
            while (label.find() && label.start() == end) {
                end = label.end();
                assertThat(labels.put(label.group(1), unescaped(label.group(2))))
                        .as(line)
                        .isNull();
            }
            assertThat(end).as(line).isEqualTo(matcher.group(2).length());
        }
        String value = matcher.group(3);
        return new Sample(
                matcher.group(1), labels, value.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value));
    }

    private static String unescaped(String value) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                c = value.charAt(++i);
                plain.append(c == 'n' ? '\n' : c);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** @param labels name, value, name, value … */
    public double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.labels().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + wanted + " in " + samples))
                .value();
    }

    /** Of all samples of this name. */
    public double sum(String name) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .mapToDouble(Sample::value)
                .sum();
    }
}
