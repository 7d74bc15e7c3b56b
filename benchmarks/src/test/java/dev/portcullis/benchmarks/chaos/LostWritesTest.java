package dev.portcullis.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.benchmarks.stage.RedisCluster;
import dev.portcullis.benchmarks.stage.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A failover that is to lose writes does lose them. */
class LostWritesTest {
    @Test
    void whatWasWrittenBeforeTheFailover_isGoneAfterIt() throws Exception {
        try (Stage stage = new Stage("test")) {
            RedisCluster redis = RedisCluster.start(stage);
            List<RedisCluster.Node> before = redis.masters();
            LostWrites writes = new LostWrites(redis, new Random(1));

            writes.begin();
            awaitTrue(() -> redis.masters().size() == before.size());
            writes.end();

            assertThat(writes.lost()).isEqualTo(1);
            assertThat(redis.masters()).isNotEqualTo(before);
            awaitTrue(redis::isWhole);
        }
    }

    private static void awaitTrue(BooleanSupplier check) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!check.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(50);
        }
    }
}
