package dev.portcullis.cli.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LongSetTest {
    @Test
    void numbers_areTakenOnce() {
        LongSet set = new LongSet();
        Set<Long> model = new HashSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            // many that are there already, and many that want the same slot
            long number = (random.nextInt(30_000) - 15_000L) << (random.nextBoolean() ? 0 : 32);
            assertThat(set.add(number)).isEqualTo(model.add(number));
        }
        assertThat(model).hasSizeGreaterThan(20_000);
    }
}
