package io.weir.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.testing.Seed;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FingerprintsTest {

    private static final long SECRET = 4711;

    @Test
    void it_holds_what_a_map_would_hold() {
        Seed.times(10, random -> {
            Fingerprints flows = new Fingerprints(SECRET);
            Map<Integer, Long> map = new HashMap<>();
            int range = 1 + random.nextInt(5_000);
            for (int i = 0; i < 10_000; i++) {
                int number = random.nextInt(range);
                FlowRecord flow = Flows.to(Flows.numbered(number), "10.1.0." + (1 + random.nextInt(2)) + ":80");
                long fingerprint = flows.of(flow);
                if (random.nextInt(3) == 0) {
                    assertThat(flows.remove(fingerprint)).isEqualTo(map.remove(number) != null);
                } else {
                    Long before = map.put(number, fingerprint);
                    assertThat(flows.put(fingerprint)).isEqualTo(before == null || before != fingerprint);
                }
            }
            assertSame(flows, map.values());
        });
    }

    private static void assertSame(Fingerprints flows, Iterable<Long> expected) {
        Fingerprints fresh = new Fingerprints(SECRET);
        expected.forEach(fresh::put);
        assertThat(flows.digest()).isEqualTo(fresh.digest());
        assertThat(flows.differing(fresh.counts(), fresh.sums()).isEmpty()).isTrue();
        expected.forEach(
                fingerprint -> assertThat(flows.containsAsIs(fingerprint)).isTrue());
    }

    @Test
    void what_is_not_put_again_in_a_generation_is_swept_from_the_buckets_it_was_about() {
        Seed.times(20, random -> {
            Fingerprints flows = new Fingerprints(SECRET);
            Set<Long> kept = new HashSet<>();
            long[] all = IntStream.range(0, 3_000)
                    .mapToLong(i -> Fingerprint.of(Flows.numbered(i), SECRET))
                    .toArray();
            BitSet buckets = new BitSet();
            IntStream.range(0, Fingerprint.BUCKETS)
                    .filter(i -> random.nextBoolean())
                    .forEach(buckets::set);
            for (int generation = 0; generation < 3; generation++) {
                for (long flow : all) {
                    flows.put(flow);
                }
                kept.clear();
                flows.begin();
                if (random.nextBoolean()) {
                    flows.begin(); // the one before was broken off
                }
                for (long flow : all) {
                    boolean again = random.nextBoolean();
                    if (again) {
                        flows.put(flow);
                    }
                    if (again || !buckets.get(Fingerprint.bucket(flow))) {
                        kept.add(flow);
                    }
                }
                assertThat(flows.sweep(buckets)).isEqualTo(all.length - kept.size());
                assertSame(flows, kept);
            }
        });
    }

    @Test
    void a_bucket_that_differs_is_found() {
        Fingerprints one = new Fingerprints(SECRET);
        Fingerprints other = new Fingerprints(SECRET);
        IntStream.range(0, 10_000)
                .mapToLong(i -> Fingerprint.of(Flows.numbered(i), SECRET))
                .forEach(flow -> {
                    one.put(flow);
                    other.put(flow);
                });
        long moved = one.of(Flows.to(Flows.numbered(77), "10.1.0.9:80"));
        other.put(moved);

        assertThat(one.digest()).isNotEqualTo(other.digest());
        BitSet differing = one.differing(other.counts(), other.sums());
        assertThat(differing.stream()).containsExactly(Fingerprint.bucket(moved));
    }

    @Test
    void two_flows_of_a_bucket_that_go_elsewhere_are_found_when_they_go_there_together_and_when_they_change_places() {
        List<FlowRecord> two = IntStream.range(0, 200_000)
                .mapToObj(Flows::numbered)
                .filter(flow -> Fingerprint.bucket(Fingerprint.of(flow, SECRET)) == 7)
                .limit(2)
                .toList();
        String here = "10.1.0.1:80";
        String there = "10.1.0.2:80";

        assertThat(differing(going(two, here, here), going(two, there, there))).containsExactly(7);
        assertThat(differing(going(two, here, there), going(two, there, here))).containsExactly(7);
    }

    private static Fingerprints going(List<FlowRecord> two, String first, String second) {
        Fingerprints flows = new Fingerprints(SECRET);
        flows.put(flows.of(Flows.to(two.getFirst(), first)));
        flows.put(flows.of(Flows.to(two.getLast(), second)));
        return flows;
    }

    private static IntStream differing(Fingerprints one, Fingerprints other) {
        assertThat(one.digest()).isNotEqualTo(other.digest());
        return one.differing(other.counts(), other.sums()).stream();
    }

    @Test
    void flows_spread_over_the_buckets_and_have_identities_of_their_own() {
        Fingerprints flows = new Fingerprints(SECRET);
        IntStream.range(0, 250_000)
                .mapToLong(i -> Fingerprint.of(Flows.numbered(i), SECRET))
                .forEach(flows::put);

        assertThat(flows.size()).isEqualTo(250_000);
        // 244 on average, with a standard deviation of 16.
        assertThat(IntStream.of(flows.counts())).allMatch(count -> count > 244 - 100 && count < 244 + 100);
    }

    /** Whoever knows the secret finds them by Gaussian elimination; sums of them say nothing about another secret. */
    @Test
    void flows_that_are_chosen_to_look_like_others_do_not_under_another_secret() {
        List<FlowRecord> chosen = sameSums();
        List<FlowRecord> half = chosen.subList(0, chosen.size() / 2);
        List<FlowRecord> otherHalf = chosen.subList(chosen.size() / 2, chosen.size());
        assertThat(digest(half, SECRET)).isEqualTo(digest(otherHalf, SECRET));
        Seed.times(10, random -> {
            long secret = random.nextLong();
            assertThat(digest(half, secret)).isNotEqualTo(digest(otherHalf, secret));
        });
    }

    private static Digest digest(List<FlowRecord> flows, long secret) {
        Fingerprints set = new Fingerprints(secret);
        flows.forEach(flow -> set.put(set.of(flow)));
        return set.digest();
    }

    /** Flows of one bucket, evenly many, whose fingerprints add up to nothing. */
    private static List<FlowRecord> sameSums() {
        List<FlowRecord> bucket = IntStream.range(0, 200_000)
                .mapToObj(Flows::numbered)
                .filter(flow -> Fingerprint.bucket(Fingerprint.of(flow, SECRET)) == 7)
                .limit(128)
                .toList();
        long[] sums = new long[Long.SIZE];
        BitSet[] members = new BitSet[Long.SIZE];
        for (int i = 0; i < bucket.size(); i++) {
            long sum =
                    Fingerprint.of(bucket.get(i), SECRET) | 1; // the lowest bit, which none has: whether they are even
            BitSet of = new BitSet();
            of.set(i);
            while (sum != 0 && sums[Long.numberOfTrailingZeros(sum)] != 0) {
                int pivot = Long.numberOfTrailingZeros(sum);
                sum ^= sums[pivot];
                of.xor(members[pivot]);
            }
            if (sum == 0) {
                return of.stream().mapToObj(bucket::get).toList();
            }
            sums[Long.numberOfTrailingZeros(sum)] = sum;
            members[Long.numberOfTrailingZeros(sum)] = of;
        }
        throw new AssertionError("64 of them are one too many to be independent");
    }
}
