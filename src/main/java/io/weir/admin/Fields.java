package io.weir.admin;

import io.weir.admin.Refusal.Detail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The fields of a small request body, taken one by one; {@link #close} refuses what nobody took and all that was wrong. */
final class Fields {

    private final Map<String, Object> left = new HashMap<>();
    private final List<Detail> wrong = new ArrayList<>();
    private final List<String> known = new ArrayList<>();

    /** @throws Refusal if the body is no object */
    Fields(Object body) {
        if (!(body instanceof Map<?, ?> map)) {
            throw Refusal.invalid("", "the body is an object such as {\"key\": \"value\"}");
        }
        map.forEach((key, value) -> left.put(String.valueOf(key), value));
    }

    private Optional<Object> take(String name) {
        known.add(name);
        return Optional.ofNullable(left.remove(name)).filter(value -> !(value instanceof Optional<?>));
    }

    /** Whether a key is there that nobody took yet. */
    boolean has(String name) {
        return left.containsKey(name);
    }

    /** @return false after an error too */
    boolean flag(String name) {
        if (take(name).orElse("") instanceof Boolean flag) {
            return flag;
        }
        wrong.add(new Detail(name, "write true or false"));
        return false;
    }

    /** @return empty after an error too */
    Optional<String> text(String name, String allowed) {
        Optional<Object> value = take(name);
        if (value.isPresent() && value.get() instanceof String text && !text.isBlank()) {
            return Optional.of(text);
        }
        value.ifPresent(found -> wrong.add(new Detail(name, allowed)));
        return Optional.empty();
    }

    /** @return a text that may be anything after an error */
    String requiredText(String name, String allowed) {
        if (!left.containsKey(name)) {
            known.add(name);
            wrong.add(new Detail(name, "is missing; " + allowed));
            return "";
        }
        return text(name, allowed).orElse("");
    }

    /** @return the first after an error */
    String oneOf(String name, List<String> words) {
        String allowed = "write one of " + String.join(", ", words);
        String word = requiredText(name, allowed);
        if (!words.contains(word)
                && wrong.stream().noneMatch(detail -> detail.path().equals(name))) {
            wrong.add(new Detail(name, allowed));
        }
        return words.contains(word) ? word : words.getFirst();
    }

    /** At least one text. */
    List<String> texts(String name, String allowed) {
        if (take(name).orElse("") instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(item -> item instanceof String text && !text.isBlank())) {
            return list.stream().map(String::valueOf).toList();
        }
        wrong.add(new Detail(name, allowed));
        return List.of();
    }

    Optional<Long> whole(String name, long min, long max) {
        Optional<Object> value = take(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        boolean whole = value.get() instanceof Integer || value.get() instanceof Long;
        long number = whole ? ((Number) value.get()).longValue() : min - 1;
        if (number < min || number > max) {
            wrong.add(new Detail(name, "write a whole number, " + min + " to " + max));
            return Optional.empty();
        }
        return Optional.of(number);
    }

    /** At least one whole number; empty after an error too. */
    Optional<List<Integer>> wholes(String name, int min, int max) {
        Optional<Object> value = take(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(item -> item instanceof Integer number && number >= min && number <= max)) {
            return Optional.of(list.stream().map(Integer.class::cast).toList());
        }
        wrong.add(new Detail(name, "write a list of whole numbers, " + min + " to " + max));
        return Optional.empty();
    }

    /** @return the least after an error */
    int requiredWhole(String name, int min, int max) {
        if (!left.containsKey(name)) {
            wrong.add(new Detail(name, "is missing; write a whole number, " + min + " to " + max));
        }
        return whole(name, min, max).map(Long::intValue).orElse(min);
    }

    /** @throws Refusal with all that was wrong */
    void close() {
        left.keySet().stream()
                .sorted()
                .forEach(name ->
                        wrong.add(new Detail(name, "unknown key; the known ones are " + String.join(", ", known))));
        if (!wrong.isEmpty()) {
            throw Refusal.invalid(wrong);
        }
    }
}
