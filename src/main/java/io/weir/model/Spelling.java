package io.weir.model;

import java.util.Collection;
import java.util.Comparator;

/** Finds what was probably meant. */
public final class Spelling {

    /** Nobody mistypes a key into more than this; keeps the cost of hostile files down. */
    private static final int MAX_COMPARED = 64;

    private Spelling() {}

    /** The candidate, of at least one, with the fewest edits, before that one that only has more words; the first of several. */
    public static String nearest(String word, Collection<String> candidates) {
        String compared = word.substring(0, Math.min(word.length(), MAX_COMPARED));
        return candidates.stream()
                .min(Comparator.comparing((String candidate) -> !("-" + candidate + "-").contains("-" + compared + "-"))
                        .thenComparing(candidate -> edits(compared, candidate)))
                .orElseThrow();
    }

    /** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
    static int edits(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, from, to, i, j);
            }
        }
        return cost[from.length()][to.length()];
    }

    private static int step(int[][] cost, String from, String to, int i, int j) {
        int substitution = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
        int cheapest = Math.min(cost[i - 1][j - 1] + substitution, Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1));
        boolean swapped =
                i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
        return swapped ? Math.min(cheapest, cost[i - 2][j - 2] + 1) : cheapest;
    }
}
