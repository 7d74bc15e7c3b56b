package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** The hot path leaves nothing for the garbage collector. */
class HitAllocationTest {
    private static final int ROUNDS = 200_000;

    @Test
    void hit_allocatesNothing() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(RecordsFixture.KEY);
            long now = f.time.millis();
            run(f, now);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            run(f, now);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            // a few for what the cache does now and then
            assertThat(bytes / (double) ROUNDS).isLessThan(1.0);
        }
    }

    private static void run(RecordsFixture f, long now) {
        Lookup lookup = f.records.lookup();
        InetAddress source = InetAddress.getLoopbackAddress();
        for (int i = 0; i < ROUNDS; i++) {
            ((Found) lookup.find(RecordsFixture.KEY, now)).used(now, source);
        }
    }
}
