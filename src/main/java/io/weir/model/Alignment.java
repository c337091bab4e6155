package io.weir.model;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which elements of a list are the same objects as in the list it was made from. Lists that differ in one place, as after
 * most changes, are walked once and nothing of them is hashed.
 */
public final class Alignment {

    private Alignment() {}

    /**
     * @return for each element of {@code after} its position in {@code before}, -1 if it is new; no position comes twice
     */
    public static int[] of(List<?> before, List<?> after) {
        int[] positions = new int[after.size()];
        int shorter = Math.min(before.size(), after.size());
        int start = 0;
        while (start < shorter && before.get(start) == after.get(start)) {
            positions[start] = start++;
        }
        int end = 0;
        while (end < shorter - start && before.get(before.size() - 1 - end) == after.get(after.size() - 1 - end)) {
            end++;
            positions[after.size() - end] = before.size() - end;
        }
        Map<Object, Integer> rest = new IdentityHashMap<>();
        for (int i = start; i < before.size() - end; i++) {
            rest.put(before.get(i), i);
        }
        for (int i = start; i < after.size() - end; i++) {
            Integer position = rest.remove(after.get(i));
            positions[i] = position == null ? -1 : position;
        }
        return positions;
    }
}
