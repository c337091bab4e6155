package io.weir.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Keywords of enum constants: {@code LEAST_CONNECTIONS} is {@code :least-connections}. */
final class Words {

    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In the order of declaration, which errors keep. */
    @SafeVarargs
    static <E extends Enum<E>> Map<String, E> of(E... constants) {
        Map<String, E> words = new LinkedHashMap<>();
        Arrays.stream(constants).forEach(constant -> words.put(of(constant), constant));
        return words;
    }
}
