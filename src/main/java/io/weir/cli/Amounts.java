package io.weir.cli;

import java.util.Locale;

/** Amounts for people: three digits and a decimal unit. */
final class Amounts {

    private static final String UNITS = " kMGTPE";

    private Amounts() {}

    static String text(double amount) {
        double left = amount;
        int unit = 0;
        while (left >= 999.5 && unit < UNITS.length() - 1) {
            left /= 1000;
            unit++;
        }
        boolean isWhole = left >= 99.95 || (unit == 0 && left == Math.rint(left));
        return String.format(Locale.ROOT, isWhole ? "%.0f" : "%.1f", left)
                + (unit == 0 ? "" : " " + UNITS.charAt(unit));
    }
}
