package io.weir.dataplane;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Of the running kernel; for what cannot be probed. */
record KernelVersion(int major, int minor) {

    private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+).*");

    static KernelVersion running() {
        return parse(System.getProperty("os.version", ""));
    }

    static KernelVersion parse(String text) {
        Matcher numbers = NUMBERS.matcher(text);
        if (!numbers.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no kernel version");
        }
        return new KernelVersion(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    }

    boolean atLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
