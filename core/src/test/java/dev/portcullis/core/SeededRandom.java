package dev.portcullis.core;

import java.util.Random;

/**
 * Randomness for property tests. Every run takes a new seed; the property {@code portcullis.seed}
 * repeats an old one, which {@link #toString} prints for the message of a failure.
 */
public final class SeededRandom extends Random {
    private static final long serialVersionUID = 1;

    private final long seed;

    private SeededRandom(long seed) {
        super(seed);
        this.seed = seed;
    }

    /** A generator for one test, its seed printed. */
    public static SeededRandom create() {
        String given = System.getProperty("portcullis.seed");
        long seed = given == null ? new Random().nextLong() : Long.parseLong(given);
        SeededRandom random = new SeededRandom(seed);
        System.out.println(random);
        return random;
    }

    @Override
    public String toString() {
        return "repeat with -Dportcullis.seed=" + seed;
    }
}
