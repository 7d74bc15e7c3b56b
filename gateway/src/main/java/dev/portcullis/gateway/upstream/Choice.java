package dev.portcullis.gateway.upstream;

import java.util.random.RandomGenerator;

/**
 * Least request of two random choices: of two different addresses that are drawn evenly, the one
 * with fewer requests in progress. Nearly as even as comparing all of them, and no loop herds with
 * another. An address that has just become well hands a part of what falls to it to the other one,
 * so that its share grows evenly. Not thread-safe.
 */
final class Choice {
    private static final int FIT = 0;
    private static final int SUSPECT = 1;
    private static final int FAILED = 2;
    private static final int FULL = 3;

    private final RandomGenerator random;
    private final long slowStartNanos;

    Choice(RandomGenerator random, long slowStartNanos) {
        this.random = random;
        this.slowStartNanos = slowStartNanos;
    }

    /**
     * One of these, of which there are at least two. One without room is taken only if none has.
     *
     * @param retries what has failed elsewhere, which is avoided; null for nothing
     */
    AddressPool pick(AddressPool[] among, Retries retries) {
        int first = random.nextInt(among.length);
        int second = random.nextInt(among.length - 1);
        if (second >= first) {
            second++;
        }
        AddressPool picked = better(among[first], among[second], retries);
        return rank(picked, retries) == FIT ? picked : best(among, first, retries);
    }

    private AddressPool better(AddressPool one, AddressPool other, Retries retries) {
        int rank = rank(one, retries);
        int otherRank = rank(other, retries);
        if (rank != otherRank) {
            return rank < otherRank ? one : other;
        }
        // the first was drawn by chance already: a tie needs no more of it
        return other.load() < one.load() ? slowly(other, one) : slowly(one, other);
    }

    /** The one that it falls to, unless that has just become well and leaves it to the other. */
    private AddressPool slowly(AddressPool one, AddressPool other) {
        double share = share(one);
        if (share >= 1) {
            return one;
        }
        double whole = share(other);
        return share >= whole || random.nextDouble() * whole < share ? one : other;
    }

    private double share(AddressPool pool) {
        return pool.address().standing().share(pool.now(), slowStartNanos);
    }

    private static AddressPool best(AddressPool[] among, int from, Retries retries) {
        AddressPool best = among[from];
        for (int i = 1; i < among.length && rank(best, retries) != FIT; i++) {
            AddressPool candidate = among[(from + i) % among.length];
            if (rank(candidate, retries) < rank(best, retries)) {
                best = candidate;
            }
        }
        return best;
    }

    private static int rank(AddressPool pool, Retries retries) {
        if (!pool.hasRoom()) {
            return FULL;
        }
        if (retries != null && retries.failedAt(pool.address())) {
            return FAILED;
        }
        return pool.address().standing().isSuspect() ? SUSPECT : FIT;
    }
}
