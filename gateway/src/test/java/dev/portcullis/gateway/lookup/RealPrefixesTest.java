package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.TokenPrefix;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is remembered of prefixes that were real, and how much. */
class RealPrefixesTest {
    private static final int L1 = 10_000;

    private static TokenPrefix random(SplittableRandom random) {
        return TokenPrefix.of("%012d".formatted(random.nextLong(1_000_000_000_000L)));
    }

    @Test
    void whatWasAddedLately_isKnown_andStrangersAreNot() {
        RealPrefixes reals = new RealPrefixes(L1);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 2 * L1; i++) {
            TokenPrefix prefix = random(random);
            reals.add(prefix);
            assertThat(reals.contains(prefix)).isTrue();
        }
        random = new SplittableRandom(1);
        for (int i = 0; i < 2 * L1; i++) {
            assertThat(reals.contains(random(random))).isTrue();
        }
        SplittableRandom strangers = new SplittableRandom(2);
        int mistaken = 0;
        for (int i = 0; i < 10_000; i++) {
            mistaken += reals.contains(random(strangers)) ? 1 : 0;
        }
        assertThat(mistaken).isLessThan(500);
    }

    @Test
    void whatWasAddedLongAgo_isForgotten() {
        RealPrefixes reals = new RealPrefixes(L1);
        SplittableRandom random = new SplittableRandom(1);
        TokenPrefix first = random(random);
        reals.add(first);
        for (int i = 0; i < 10 * L1; i++) {
            reals.add(random(random));
        }
        SplittableRandom again = new SplittableRandom(1);
        int known = 0;
        for (int i = 0; i < 2 * L1; i++) {
            known += reals.contains(random(again)) ? 1 : 0;
        }
        assertThat(known).isLessThan(L1);
    }

    @Test
    void whatHoldsNothingYet_isSmall_andGrowsWithWhatItHolds_toTwoGenerations() {
        int many = 200_000;
        RealPrefixes reals = new RealPrefixes(many);
        assertThat(reals.octets()).isLessThan(10_000);

        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 50_000; i++) {
            reals.add(random(random));
        }
        assertThat(reals.octets()).isBetween(50_000L, 1_000_000L);
        SplittableRandom again = new SplittableRandom(1);
        for (int i = 0; i < 50_000; i++) {
            assertThat(reals.contains(random(again))).isTrue();
        }

        for (int i = 0; i < 12 * many; i++) {
            reals.add(random(random));
        }
        assertThat(reals.octets()).isEqualTo(2 * 512 << 10);
    }

    @Test
    void whatIsAddedAgain_takesNoRoom() {
        RealPrefixes reals = new RealPrefixes(L1);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 5_000; i++) {
            reals.add(random(random));
        }
        long octets = reals.octets();
        for (int round = 0; round < 20; round++) {
            SplittableRandom again = new SplittableRandom(1);
            for (int i = 0; i < 5_000; i++) {
                reals.add(random(again));
            }
        }
        assertThat(reals.octets()).isEqualTo(octets);
    }
}
