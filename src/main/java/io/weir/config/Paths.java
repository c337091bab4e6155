package io.weir.config;

/** The way to a value, as errors write it: {@code proxies[0].default-target[1].weight}. */
final class Paths {

    private Paths() {}

    static String key(String parent, String key) {
        return parent.isEmpty() ? key : parent + "." + key;
    }

    static String item(String parent, int index) {
        return parent + "[" + index + "]";
    }
}
