package io.weir.config;

import java.util.EnumSet;
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
    static <E extends Enum<E>> Map<String, E> of(Class<E> type) {
        Map<String, E> words = new LinkedHashMap<>();
        EnumSet.allOf(type).forEach(constant -> words.put(of(constant), constant));
        return words;
    }
}
