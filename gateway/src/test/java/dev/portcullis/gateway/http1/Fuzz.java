package dev.portcullis.gateway.http1;

import java.time.Duration;
import java.util.Random;

/**
 * Runs a property with many seeds. A failure names the seed; {@code -Dfuzz.seed=N} repeats just
 * that round, {@code -Dfuzz.seconds=N} goes on with new seeds for so long, for each property.
 */
public final class Fuzz {
    private static final Long SEED = Long.getLong("fuzz.seed");
    private static final Duration AT_LEAST = Duration.ofSeconds(Long.getLong("fuzz.seconds", 0));

    private Fuzz() {}

    /** One check of a property. */
    public interface Round {
        /** Fails with any exception or error; all its choices come from {@code random}. */
        void run(Random random) throws Exception;
    }

    /** So many rounds, or more when time was asked for. */
    public static void rounds(int count, Round round) {
        if (SEED != null) {
            run(SEED, round);
            return;
        }
        Random seeds = new Random();
        long begin = System.nanoTime();
        for (int i = 0; i < count || System.nanoTime() - begin < AT_LEAST.toNanos(); i++) {
            run(seeds.nextLong(), round);
        }
    }

    private static void run(long seed, Round round) {
        try {
            round.run(new Random(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("repeat with -Dfuzz.seed=" + seed + ": " + e, e);
        }
    }

    /** One of the choices. */
    @SafeVarargs
    public static <T> T pick(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** 0 to {@code max} characters of an alphabet. */
    public static String text(Random random, int max, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
