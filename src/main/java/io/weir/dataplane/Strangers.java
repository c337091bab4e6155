package io.weir.dataplane;

import io.weir.model.IpAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;

/**
 * The addresses that no listener has or had, as {@code settings.strangers} says it: a bit for each sum of an address's bytes.
 * A bit that is clear says nothing; a listener that takes any address clears them all.
 */
public final class Strangers {

    private static final int BITS = 128;

    private final int[] words = new int[BITS / Integer.SIZE];

    private Strangers() {}

    /** Everybody but those with these addresses; empty is any address. */
    public static Strangers but(Collection<Optional<IpAddress>> listeners) {
        Strangers strangers = new Strangers();
        Arrays.fill(strangers.words, -1);
        listeners.forEach(strangers::admit);
        return strangers;
    }

    /** As it stands in the settings. */
    static Strangers of(int... words) {
        Strangers strangers = new Strangers();
        System.arraycopy(words, 0, strangers.words, 0, words.length);
        return strangers;
    }

    /** Takes an address out, empty is any. */
    void admit(Optional<IpAddress> listener) {
        listener.ifPresentOrElse(
                address -> {
                    int bit = sum(address);
                    words[bit / Integer.SIZE] &= ~(1 << bit % Integer.SIZE);
                },
                () -> Arrays.fill(words, 0));
    }

    /** A word of {@code settings.strangers}. */
    public int word(int index) {
        return words[index];
    }

    int words() {
        return words.length;
    }

    boolean isEmpty() {
        return Arrays.stream(words).allMatch(word -> word == 0);
    }

    boolean contains(IpAddress address) {
        int bit = sum(address);
        return (words[bit / Integer.SIZE] >>> bit % Integer.SIZE & 1) != 0;
    }

    private static int sum(IpAddress address) {
        int sum = 0;
        for (byte part : address.bytes()) {
            sum ^= part;
        }
        return sum & (BITS - 1);
    }
}
