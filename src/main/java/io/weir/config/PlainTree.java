package io.weir.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Trees of maps, lists and plain values as a document without lines. */
final class PlainTree {

    private PlainTree() {}

    static Edn edn(@Nullable Object tree) {
        return switch (tree) {
            case null -> new Edn.Nil(Edn.NO_LINE);
            case Map<?, ?> map -> new Edn.Table(entries(map), Edn.NO_LINE);
            case List<?> list ->
                new Edn.Vector(list.stream().map(PlainTree::edn).toList(), Edn.NO_LINE);
            case String text -> new Edn.Text(text, Edn.NO_LINE);
            case Integer number -> new Edn.Whole(number, Edn.NO_LINE);
            case Long number -> new Edn.Whole(number, Edn.NO_LINE);
            case Double number -> new Edn.Fraction(number, Edn.NO_LINE);
            case Boolean flag -> new Edn.Flag(flag, Edn.NO_LINE);
            case Optional<?> optional when optional.isEmpty() -> new Edn.Nil(Edn.NO_LINE);
            case Number number -> new Edn.Foreign("the number " + Excerpt.of(number.toString()), Edn.NO_LINE);
            default -> throw new IllegalArgumentException("no plain value: " + tree.getClass());
        };
    }

    private static List<Edn.Entry> entries(Map<?, ?> map) {
        List<Edn.Entry> entries = new ArrayList<>();
        map.forEach(
                (key, value) -> entries.add(new Edn.Entry(new Edn.Word(String.valueOf(key), Edn.NO_LINE), edn(value))));
        return entries;
    }
}
