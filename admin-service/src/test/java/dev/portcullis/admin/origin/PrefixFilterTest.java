package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the filter denies, how often it is wrong, and what it takes. */
class PrefixFilterTest {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final long NO_BOUND = Long.MAX_VALUE;
    private static final int EXPECTED = 400_000;
    private static final int ASKED = 400_000;

    private static String prefix(SplittableRandom random) {
        char[] prefix = new char[12];
        for (int i = 0; i < prefix.length; i++) {
            prefix[i] = DIGITS.charAt(random.nextInt(DIGITS.length()));
        }
        return new String(prefix);
    }

    private static void add(PrefixFilter filter, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            filter.add(prefix(random));
        }
    }

    private static int found(PrefixFilter filter, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += filter.mayContain(prefix(random)) ? 1 : 0;
        }
        return found;
    }

    @Test
    void whatWasAdded_isNeverDenied() {
        PrefixFilter filter = new PrefixFilter(EXPECTED, NO_BOUND, 7);
        add(filter, 1, EXPECTED);
        assertThat(found(filter, 1, EXPECTED)).isEqualTo(EXPECTED);
        assertThat(filter.added()).isBetween(EXPECTED * 99L / 100, (long) EXPECTED);
    }

    @Test
    void asManyAsItWasMadeFor_oneOfSevenHundredStrangersPasses() {
        for (long seed = 0; seed < 3; seed++) {
            PrefixFilter filter = new PrefixFilter(EXPECTED, NO_BOUND, seed);
            add(filter, 1, EXPECTED);
            assertThat(found(filter, 2, ASKED)).isLessThan(ASKED / 700);
            assertThat(filter.outgrown()).isFalse();
        }
    }

    @Test
    void grownByHalf_oneOfAHundredStrangersPasses() {
        PrefixFilter filter = new PrefixFilter(EXPECTED, NO_BOUND, 3);
        add(filter, 1, EXPECTED + EXPECTED / 2 - EXPECTED / 50);
        assertThat(filter.outgrown()).isFalse();
        assertThat(found(filter, 2, ASKED)).isLessThan(ASKED / 100);
        add(filter, 3, EXPECTED / 20);
        assertThat(filter.outgrown()).isTrue();
    }

    @Test
    void nearlyEmpty_noStrangerPasses() {
        PrefixFilter filter = new PrefixFilter(0, NO_BOUND, 5);
        add(filter, 1, 1_000);
        assertThat(found(filter, 2, ASKED)).isZero();
    }

    @Test
    void hundredMillion_takeTwoHundredMegabytes() {
        assertThat(PrefixFilter.bytes(100_000_000, NO_BOUND)).isEqualTo(200_000_000);
        PrefixFilter filter = new PrefixFilter(EXPECTED, NO_BOUND, 1);
        assertThat(filter.bytes()).isEqualTo(PrefixFilter.bytes(EXPECTED, NO_BOUND))
                .isEqualTo(EXPECTED * 2L);
    }

    @Test
    void lessMemoryThanItNeeds_isKeptToAndOnlyLetsMoreThrough() {
        PrefixFilter filter = new PrefixFilter(EXPECTED, EXPECTED, 1);
        assertThat(filter.bytes()).isLessThanOrEqualTo(EXPECTED + 64);
        add(filter, 1, EXPECTED);
        assertThat(found(filter, 1, EXPECTED)).isEqualTo(EXPECTED);
        assertThat(found(filter, 2, ASKED)).isBetween(ASKED / 100, ASKED / 10);
    }

    @Test
    void addedTwice_countsOnce() {
        PrefixFilter filter = new PrefixFilter(EXPECTED, NO_BOUND, 1);
        add(filter, 1, 10_000);
        long once = filter.added();
        add(filter, 1, 10_000);
        assertThat(filter.added()).isEqualTo(once);
    }

    @Test
    void anotherSeed_isAnotherFilter() {
        PrefixFilter one = new PrefixFilter(0, 1024, 1);
        PrefixFilter two = new PrefixFilter(0, 1024, 2);
        add(one, 1, 300);
        add(two, 1, 300);
        SplittableRandom random = new SplittableRandom(9);
        int apart = 0;
        for (int i = 0; i < 10_000; i++) {
            String stranger = prefix(random);
            apart += one.mayContain(stranger) != two.mayContain(stranger) ? 1 : 0;
        }
        assertThat(apart).isPositive();
    }
}
