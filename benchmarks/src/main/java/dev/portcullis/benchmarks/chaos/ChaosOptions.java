package dev.portcullis.benchmarks.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param seconds how long there are changes, and faults
 * @param seed of everything that is drawn at random
 * @param faults whether there are faults
 * @param sqlite one replica of the admin-service on SQLite, in place of two on PostgreSQL
 * @param redis whether there is a Redis cluster
 * @param tokens at the start
 * @param rate requests a second, over all gateways
 * @param leaseSeconds how long a lease is
 */
record ChaosOptions(
        int seconds,
        long seed,
        boolean faults,
        boolean sqlite,
        boolean redis,
        int tokens,
        int rate,
        int leaseSeconds) {

    static final String USAGE = """
            usage: benchmarks/chaos [options]
              --seconds N     how long (default: 90)
              --seed N        of all that is drawn at random (default: the time; it is printed)
              --no-faults     load and changes alone
              --sqlite        one admin-service on SQLite, in place of two on PostgreSQL
              --no-redis      without a shared cache
              --tokens N      at the start (default: 1000)
              --rate N        requests a second over all gateways (default: 300)
              --lease N       max_staleness, in seconds (default: 6)""";

    /**
     * Reads a command line.
     *
     * @param seed for which none is given
     * @throws IllegalArgumentException with a message for the user
     */
    static ChaosOptions parse(String[] arguments, long seed) {
        List<String> left = new ArrayList<>(Arrays.asList(arguments));
        boolean faults = !left.remove("--no-faults");
        boolean sqlite = left.remove("--sqlite");
        boolean redis = !left.remove("--no-redis");
        ChaosOptions options = new ChaosOptions(
                (int) number(left, "--seconds", 90, 1), number(left, "--seed", seed, 0), faults,
                sqlite, redis, (int) number(left, "--tokens", 1_000, 10),
                (int) number(left, "--rate", 300, 1), (int) number(left, "--lease", 6, 1));
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + String.join(" ", left));
        }
        return options;
    }

    private static long number(List<String> left, String name, long otherwise, long least) {
        int at = left.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        left.remove(at);
        if (at == left.size()) {
            throw new IllegalArgumentException(name + " needs a number");
        }
        String text = left.remove(at);
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) < least) {
            throw new IllegalArgumentException(name + ": not a number from " + least + ": " + text);
        }
        return Long.parseLong(text);
    }
}
