package io.weir.lab;

/** Says on the test's output what a test has proved, with the figure. */
final class Proof {

    private Proof() {}

    static void say(String format, Object... arguments) {
        System.out.println("lab: " + String.format(java.util.Locale.ROOT, format, arguments));
    }
}
