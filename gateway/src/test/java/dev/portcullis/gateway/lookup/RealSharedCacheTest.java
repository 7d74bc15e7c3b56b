package dev.portcullis.gateway.lookup;

import static dev.portcullis.gateway.lookup.RecordsFixture.KEY;
import static dev.portcullis.gateway.lookup.RecordsFixture.PREFIX;
import static dev.portcullis.gateway.lookup.RecordsFixture.USER;
import static dev.portcullis.gateway.lookup.RecordsFixture.prefix;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.gateway.l2.CacheOutcome;
import dev.portcullis.gateway.l2.RedisConfig;
import dev.portcullis.gateway.l2.RedisServer;
import dev.portcullis.gateway.l2.Sealing;
import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.lookup.LookupResult.Found;
import dev.portcullis.gateway.testkit.RedisProcess;
import dev.portcullis.gateway.testkit.SlowRelay;
import dev.portcullis.proto.origin.v1.CacheKey;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that share a real Redis: one that lies by what it was told before, and a slow one. */
@Timeout(120)
class RealSharedCacheTest {
    private static final CacheKey CACHE_KEY = Sealing.key("k1", 1);
    private static final String NAME = Sealing.name(CACHE_KEY, PREFIX);
    /** Enough for a machine that does much else. */
    private static final Duration PATIENT = Duration.ofMillis(500);

    private static SharedCache cache(int port, Duration timeout) {
        RedisConfig config = new RedisConfig(RedisConfig.Mode.SINGLE,
                List.of(new RedisConfig.Node("127.0.0.1", port)), null, null, null,
                false, null, timeout, RedisConfig.DEFAULT_TTL);
        SharedCache cache = SharedCache.on(
                RedisServer.start(config, System::nanoTime), config.ttl(), System::nanoTime);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(cache::connected);
        return cache;
    }

    private static RecordsFixture gateway(SharedCache cache) {
        return new RecordsFixture(cache, CACHE_KEY).start();
    }

    @Test
    void recordFromBeforeARevocation_thatIsPutBack_revivesNothing() {
        try (RedisProcess redis = RedisProcess.start()) {
            SharedCache ofFirst = cache(redis.port(), PATIENT);
            SharedCache ofSecond = cache(redis.port(), PATIENT);
            try (RecordsFixture first = gateway(ofFirst);
                    RecordsFixture second = gateway(ofSecond)) {
                assertThat(((Found) first.lookUp(KEY)).credential().state())
                        .isEqualTo(CredentialState.LIVE);
                Awaitility.await().until(() -> redis.ask("EXISTS", NAME).equals("1"));
                assertThat(redis.ask("COPY", NAME, "before")).isEqualTo("1");
                // it is good as long as nothing has changed
                assertThat(((Found) second.lookUp(KEY)).credential().state())
                        .isEqualTo(CredentialState.LIVE);
                assertThat(ofSecond.reads(CacheOutcome.HIT)).isEqualTo(1);
                assertThat(second.origin.resolves).hasValue(0);

                for (RecordsFixture f : List.of(first, second)) {
                    long revoked = f.origin.revoke(PREFIX, USER);
                    f.origin.publish(revoked, "c:" + PREFIX);
                    f.settle();
                    assertThat(f.origin.stream().acks()).contains(revoked);
                }
                for (int i = 1; i <= 3; i++) {
                    assertThat(redis.ask("COPY", "before", NAME, "REPLACE")).isEqualTo("1");
                    for (RecordsFixture f : List.of(first, second)) {
                        assertThat(((Found) f.lookUp(KEY)).credential().state())
                                .isEqualTo(CredentialState.REVOKED);
                        // whatever L1 would have to forget meanwhile
                        f.origin.publish(f.origin.commit(
                                ScriptedOrigin.principal(USER), "p:" + USER), "p:" + USER);
                        f.settle();
                    }
                }
                assertThat(ofFirst.reads(CacheOutcome.STALE)
                        + ofSecond.reads(CacheOutcome.STALE)).isPositive();
            }
        }
    }

    @Test
    void slowRedis_costsItsTimeAFewTimes_thenNothing() {
        Duration budget = Duration.ofMillis(20);
        try (RedisProcess redis = RedisProcess.start();
                SlowRelay relay = SlowRelay.to(redis.port())) {
            SharedCache cache = cache(relay.port(), budget);
            try (RecordsFixture f = gateway(cache)) {
                relay.delay(Duration.ofSeconds(5));
                int asked = 0;
                while (cache.resting() == 0) {
                    long began = System.nanoTime();
                    f.lookUp(prefix(asked++));
                    // far from the five seconds, however much else this machine does
                    assertThat(System.nanoTime() - began)
                            .isLessThan(Duration.ofSeconds(2).toNanos());
                }
                assertThat(cache.reads(CacheOutcome.SLOW)).isBetween(8L, 32L);
                assertThat(f.origin.resolves).hasValue(asked);
                // from now on nobody waits for it at all, but for one in a second or more
                long slow = cache.reads(CacheOutcome.SLOW);
                for (int i = 0; i < 200; i++) {
                    assertThat(f.lookUp(prefix(1_000 + i))).isNotNull();
                }
                assertThat(cache.reads(CacheOutcome.RESTING)).isGreaterThan(190);
                assertThat(cache.reads(CacheOutcome.SLOW) - slow).isLessThan(10);
                assertThat(((Found) f.lookUp(KEY)).credential().prefix()).isEqualTo(KEY);
                relay.delay(Duration.ZERO);
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                    f.lookUp(prefix((int) (System.nanoTime() >>> 12 & 0xffffff)));
                    return cache.resting() == 0;
                });
            }
        }
    }
}
