package io.weir.model;

import java.util.StringJoiner;

/** RFC 5952 section 4: lower case, no leading zeros, the longest run of zero groups (two or more) as "::". */
final class Ipv6Notation {

    private Ipv6Notation() {}

    static String write(int[] groups) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int run = 0;
            while (i + run < groups.length && groups[i + run] == 0) {
                run++;
            }
            if (run > length) {
                start = i;
                length = run;
            }
            i += run;
        }
        if (start < 0) {
            return join(groups, 0, groups.length);
        }
        return join(groups, 0, start) + "::" + join(groups, start + length, groups.length);
    }

    private static String join(int[] groups, int from, int to) {
        StringJoiner text = new StringJoiner(":");
        for (int i = from; i < to; i++) {
            text.add(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
