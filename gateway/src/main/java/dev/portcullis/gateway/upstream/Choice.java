package dev.portcullis.gateway.upstream;

import java.util.random.RandomGenerator;

/**
 * Least request of two random choices: of two different addresses that are drawn evenly, the one
 * with fewer requests in progress. Nearly as even as comparing all of them, and no loop herds with
 * another. Not thread-safe.
 */
final class Choice {
    private final RandomGenerator random;

    Choice(RandomGenerator random) {
        this.random = random;
    }

    /**
     * One of these, of which there are at least two.
     *
     * @param retries what has failed elsewhere and is to be avoided; null for nothing
     */
    AddressPool pick(AddressPool[] among, Retries retries) {
        int first = random.nextInt(among.length);
        int second = random.nextInt(among.length - 1);
        if (second >= first) {
            second++;
        }
        AddressPool picked = better(among[first], among[second], retries);
        return isFit(picked, retries) ? picked : anyFit(among, first, retries, picked);
    }

    private static AddressPool better(AddressPool one, AddressPool other, Retries retries) {
        boolean fit = isFit(one, retries);
        if (fit != isFit(other, retries)) {
            return fit ? one : other;
        }
        // the first was drawn by chance already: a tie needs no more of it
        return other.load() < one.load() ? other : one;
    }

    private static AddressPool anyFit(
            AddressPool[] among, int from, Retries retries, AddressPool otherwise) {
        AddressPool found = otherwise;
        for (int i = 0; i < among.length; i++) {
            AddressPool candidate = among[(from + i) % among.length];
            if (isFit(candidate, retries)) {
                return candidate;
            }
            if (candidate.hasRoom()) {
                found = candidate;
            }
        }
        return found;
    }

    private static boolean isFit(AddressPool pool, Retries retries) {
        return pool.hasRoom() && (retries == null || !retries.failedAt(pool.address()));
    }
}
