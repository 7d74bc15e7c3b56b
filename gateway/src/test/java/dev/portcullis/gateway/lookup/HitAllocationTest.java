package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hot path leaves nothing for the garbage collector. */
class HitAllocationTest {
    private static final int ROUNDS = 200_000;

    static List<TokenPrefix> prefixes() {
        return List.of(RecordsFixture.KEY, RecordsFixture.EXCHANGED);
    }

    @ParameterizedTest
    @MethodSource("prefixes")
    void hit_allocatesNothing(TokenPrefix prefix) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.lookUp(prefix);
            long now = f.time.millis();
            run(f, prefix, now);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            run(f, prefix, now);
            long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            // a few for what the cache does now and then
            assertThat(bytes / (double) ROUNDS).isLessThan(1.0);
        }
    }

    private static void run(RecordsFixture f, TokenPrefix prefix, long now) {
        Lookup lookup = f.records.lookup();
        InetAddress source = InetAddress.getLoopbackAddress();
        for (int i = 0; i < ROUNDS; i++) {
            ((Found) lookup.find(prefix, now)).used(now, source);
        }
    }
}
