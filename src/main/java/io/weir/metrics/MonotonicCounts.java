package io.weir.metrics;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps what is shown of a counter from going back when the place it is counted at ends, or begins anew for the same target:
 * what was last seen there stays in the sum. Counts are told in rows, whose numbers begin anew together.
 *
 * @param <K> whose counter it is
 * @param <S> a place where it is counted; there may be several at a time
 */
final class MonotonicCounts<K, S> {

    /** Of those who are gone, in case they come back. */
    private static final int REMEMBERED = 16_384;

    private final int numbers;
    private final Map<K, Account<S>> accounts = new LinkedHashMap<>();
    private final LinkedHashMap<K, long[]> gone = new LinkedHashMap<>();

    /** @param numbers in a row */
    MonotonicCounts(int numbers) {
        this.numbers = numbers;
    }

    /**
     * @param carried of places that have ended
     * @param last seen at those that have not
     */
    private record Account<S>(long[] carried, Map<S, long[]> last) {

        Account<S> after(Map<S, long[]> now) {
            long[] carries = carried.clone();
            last.forEach((place, before) -> {
                long[] row = now.get(place);
                if (row == null || isLess(row, before)) {
                    add(carries, before);
                }
            });
            return new Account<>(carries, now);
        }

        long[] sum() {
            long[] sum = carried.clone();
            last.values().forEach(row -> add(sum, row));
            return sum;
        }
    }

    /**
     * @param now all there is to see
     * @return what to show for each of them
     */
    Map<K, long[]> settle(Map<K, Map<S, long[]>> now) {
        accounts.entrySet().removeIf(entry -> {
            boolean ended = !now.containsKey(entry.getKey());
            if (ended) {
                gone.put(entry.getKey(), entry.getValue().sum());
            }
            return ended;
        });
        Map<K, long[]> shown = new LinkedHashMap<>();
        now.forEach((key, rows) -> {
            long[] before = gone.remove(key);
            Account<S> account =
                    accounts.getOrDefault(key, new Account<>(before == null ? new long[numbers] : before, Map.of()));
            accounts.put(key, account.after(rows));
            shown.put(key, accounts.get(key).sum());
        });
        while (gone.size() > REMEMBERED) {
            gone.pollFirstEntry();
        }
        return shown;
    }

    private static boolean isLess(long[] row, long[] before) {
        for (int i = 0; i < row.length; i++) {
            if (row[i] < before[i]) {
                return true;
            }
        }
        return false;
    }

    private static void add(long[] sum, long[] row) {
        Arrays.setAll(sum, i -> sum[i] + row[i]);
    }
}
