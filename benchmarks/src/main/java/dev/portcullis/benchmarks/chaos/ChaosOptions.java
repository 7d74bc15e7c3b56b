package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.agent.Mistake;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param seconds how long there are changes, and faults, at least
 * @param seed of everything that is drawn at random
 * @param faults what kinds there are
 * @param sqlite one replica of the admin-service on SQLite, in place of two on PostgreSQL
 * @param redis whether there is a Redis cluster
 * @param tokens at the start
 * @param rate requests a second, over all gateways
 * @param leaseSeconds how long a lease is
 * @param mistake that gateways make on purpose; null for none
 */
record ChaosOptions(
        int seconds,
        long seed,
        Set<Kind> faults,
        boolean sqlite,
        boolean redis,
        int tokens,
        int rate,
        int leaseSeconds,
        Mistake mistake) {

    static final String USAGE = """
            usage: benchmarks/chaos [options]
              --seconds N     how long (default: 120); longer when a kind of fault is missing then
              --seed N        of all that is drawn at random (default: the time; it is printed)
              --no-faults     load and changes alone
              --faults A,B    only these kinds (default: all; an unknown one lists them)
              --break NAME    let gateways make a mistake, which has to be found: ack, changes,
                              floors, lease
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
        boolean none = left.remove("--no-faults");
        String only = text(left, "--faults");
        if (none && only != null) {
            throw new IllegalArgumentException("--faults and --no-faults");
        }
        Set<Kind> faults = none
                ? Set.of()
                : only == null ? EnumSet.allOf(Kind.class) : Kind.of(only);
        String mistake = text(left, "--break");
        boolean sqlite = left.remove("--sqlite");
        boolean redis = !left.remove("--no-redis");
        ChaosOptions options = new ChaosOptions(
                (int) number(left, "--seconds", 120, 1), number(left, "--seed", seed, 0), faults,
                sqlite, redis, (int) number(left, "--tokens", 1_000, 10),
                (int) number(left, "--rate", 300, 1), (int) number(left, "--lease", 6, 1),
                mistake == null ? null : Mistake.of(mistake));
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + String.join(" ", left));
        }
        return options;
    }

    private static long number(List<String> left, String name, long otherwise, long least) {
        String text = text(left, name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) < least) {
            throw new IllegalArgumentException(name + ": not a number from " + least + ": " + text);
        }
        return Long.parseLong(text);
    }

    /** Null when it is not given. */
    private static String text(List<String> left, String name) {
        int at = left.indexOf(name);
        if (at < 0) {
            return null;
        }
        left.remove(at);
        if (at == left.size()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return left.remove(at);
    }
}
