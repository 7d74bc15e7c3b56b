package dev.portcullis.gateway.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeBucketsTest {
    private static final long SEED = 11;
    private static final int ROUNDS = 2_000_000;

    @Test
    void bounds_areOneTwoAndFiveTimesPowersOfTen() {
        TimeBuckets times = TimeBuckets.OF_VERDICTS;
        assertThat(times.read(new LoopCells(1, times.cells()), 0).boundsSeconds()).containsExactly(
                1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02,
                0.05, 0.1, 0.2, 0.5, 1, 2, 5);
        Times exchanges = TimeBuckets.OF_EXCHANGES.read(
                new LoopCells(1, TimeBuckets.OF_EXCHANGES.cells()), 0);
        assertThat(exchanges.boundsSeconds()).startsWith(1e-4, 2e-4).endsWith(20, 50, 100);
    }

    @Test
    void everyTime_fallsIntoTheFirstBucketItIsNotBeyond() {
        Random random = new Random(SEED);
        for (TimeBuckets times : new TimeBuckets[] {
            TimeBuckets.OF_VERDICTS, TimeBuckets.OF_EXCHANGES}) {
            double[] bounds = times.read(new LoopCells(1, times.cells()), 0).boundsSeconds();
            for (int i = 0; i < 200_000; i++) {
                long nanos = random.nextLong() >>> 1 >>> random.nextInt(62);
                if (i < bounds.length * 3) {
                    nanos = Math.round(bounds[i / 3] * 1e9) + i % 3 - 1;
                }
                int expected = 0;
                while (expected < bounds.length && nanos > Math.round(bounds[expected] * 1e9)) {
                    expected++;
                }
                assertThat(times.bucket(nanos)).as("%d ns", nanos).isEqualTo(expected);
            }
        }
        assertThat(TimeBuckets.OF_VERDICTS.bucket(-5)).isZero();
        assertThat(TimeBuckets.OF_VERDICTS.bucket(Long.MAX_VALUE)).isEqualTo(21);
    }

    @Test
    void loopsCountApart_andAreReadTogether() {
        TimeBuckets times = TimeBuckets.OF_EXCHANGES;
        LoopCells cells = new LoopCells(3, 2 + times.cells());
        times.record(cells, 0, 2, 150_000, 1);
        times.record(cells, 2, 2, 150_000, 1);
        times.record(cells, 2, 2, 300_000_000_000L, 1);
        times.record(cells, 2, 2, 50_000, 16);

        Times read = times.read(cells, 2);

        assertThat(read.count()).isEqualTo(19);
        assertThat(read.counts()[0]).isEqualTo(16);
        assertThat(read.counts()[1]).isEqualTo(2);
        assertThat(read.counts()[read.counts().length - 1]).isOne();
        assertThat(read.sumSeconds()).isBetween(300.0011, 300.0012);
        assertThat(cells.sum(0) + cells.sum(1)).isZero();
    }

    @Test
    void counting_allocatesNothing() {
        LoopCells cells = new LoopCells(1, TimeBuckets.OF_EXCHANGES.cells());
        count(cells);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        count(cells);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
    }

    /** Promised are 40 ns; a machine that is shared is given ten times that. */
    @Test
    void counting_takesNanoseconds() {
        LoopCells cells = new LoopCells(1, TimeBuckets.OF_EXCHANGES.cells());
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long before = System.nanoTime();
            count(cells);
            best = Math.min(best, System.nanoTime() - before);
        }
        assertThat(best / (double) ROUNDS).as("ns each").isLessThan(400);
    }

    private static void count(LoopCells cells) {
        long nanos = 1;
        for (int i = 0; i < ROUNDS; i++) {
            nanos = nanos * 6364136223846793005L + 1442695040888963407L;
            TimeBuckets.OF_EXCHANGES.record(cells, 0, 0, nanos >>> 28, 1);
        }
    }
}
