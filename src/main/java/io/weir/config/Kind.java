package io.weir.config;

import io.weir.model.IpAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** How one sort of value is read; adds its errors where it finds them and then returns nothing. */
@FunctionalInterface
interface Kind<T> {

    Optional<T> read(Value value);

    /** A whole number from min to max; {@code subject} is what is said of them, as in "weights are". */
    static Kind<Integer> whole(String subject, int min, int max) {
        return number(subject, min, max, Math::toIntExact);
    }

    static Kind<Integer> port() {
        return whole("ports are", 1, 65535);
    }

    /** Milliseconds. */
    static Kind<Duration> millis(long min, long max) {
        return number("milliseconds here are", min, max, Duration::ofMillis);
    }

    /** Seconds. */
    static Kind<Duration> seconds(long min, long max) {
        return number("seconds here are", min, max, Duration::ofSeconds);
    }

    private static <T> Kind<T> number(String subject, long min, long max, LongFunction<T> as) {
        String allowed = subject + " " + min + "-" + max;
        return value -> {
            if (!(value.edn() instanceof Edn.Whole(long found, int line))) {
                return value.refuseFor(allowed);
            }
            if (found < min || found > max) {
                String side = found < min ? " is below " + min : " is above " + max;
                return value.refuse(found + side + "; " + allowed);
            }
            return Optional.of(as.apply(found));
        };
    }

    static Kind<Boolean> flag() {
        return value -> value.edn() instanceof Edn.Flag flag
                ? Optional.of(flag.value())
                : value.refuseFor("write true or false");
    }

    /** A string that is not blank. */
    static Kind<String> text(String allowed) {
        return value -> value.edn() instanceof Edn.Text text && !text.value().isBlank()
                ? Optional.of(text.value())
                : value.refuseFor(allowed);
    }

    /** A string that matches. */
    static Kind<String> text(String pattern, String allowed) {
        return value -> value.edn() instanceof Edn.Text text && text.value().matches(pattern)
                ? Optional.of(text.value())
                : value.refuseFor(allowed);
    }

    /** One of a closed set of keywords. */
    static <T> Kind<T> oneOf(Map<String, T> words) {
        String allowed =
                "write " + words.keySet().stream().map(word -> ":" + word).collect(Collectors.joining(" or "));
        return value -> value.word().filter(words::containsKey).map(words::get).or(() -> value.refuseFor(allowed));
    }

    /** A string that a parser takes; what the parser says is the error, with what is allowed unless it says so itself. */
    static <T> Kind<T> parsed(Function<String, T> parser, String allowed) {
        return value -> {
            if (!(value.edn() instanceof Edn.Text text)) {
                return value.refuseFor(allowed);
            }
            try {
                return Optional.of(parser.apply(text.value()));
            } catch (IllegalArgumentException refused) {
                String message = Excerpt.of(refused);
                return value.refuse(message.contains("write ") ? message : message + "; " + allowed);
            }
        };
    }

    static Kind<IpAddress> address() {
        return parsed(IpAddress::parse, "write an IPv4 or IPv6 address as a string");
    }

    static Kind<Path> path() {
        String allowed = "write the path of a file as a string";
        return value -> {
            Optional<String> written = text(allowed).read(value);
            try {
                return written.map(Path::of);
            } catch (InvalidPathException noPath) {
                return value.refuseFor(allowed);
            }
        };
    }

    /** A vector whose items are all of one kind. */
    static <T> Kind<List<T>> vectorOf(Kind<T> kind, String allowed) {
        return value -> value.items(allowed).flatMap(items -> {
            List<T> good = new ArrayList<>();
            items.forEach(item -> kind.read(item).ifPresent(good::add));
            return good.size() == items.size() ? Optional.of(good) : Optional.empty();
        });
    }

    /** A vector whose items are of one kind and all different. */
    static <T> Kind<List<T>> distinct(Kind<T> kind, String allowed) {
        return value -> {
            Set<T> seen = new HashSet<>();
            Kind<T> once = item -> kind.read(item)
                    .flatMap(found ->
                            seen.add(found) ? Optional.of(found) : item.refuse("is there twice; once is enough"));
            return vectorOf(once, allowed).read(value);
        };
    }

    /** A vector that is not empty. */
    static <T> Kind<List<T>> atLeastOne(Kind<List<T>> kind, String allowed) {
        return value -> kind.read(value)
                .flatMap(found ->
                        found.isEmpty() ? value.refuse("found an empty vector; " + allowed) : Optional.of(found));
    }
}
