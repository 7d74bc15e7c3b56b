package dev.portcullis.gateway.l2;

import static dev.portcullis.gateway.l2.Asking.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis in the hands of somebody else can cost the cache, and no memory. */
@Timeout(60)
class HostileRedisTest {
    /** Far above what buffers of sockets hold, far below what would hurt. */
    private static final long OCTETS_MAX = 64 << 20;
    private static final long HELD_MAX = 24 << 20;

    private static RedisConfig config(LyingRedis redis) {
        return new RedisConfig(RedisConfig.Mode.SINGLE, List.of(redis.node()), null, null, null,
                false, null, Asking.PATIENT, Duration.ofMinutes(10));
    }

    /** Says something, and then more and more until nobody listens or it is far too much. */
    private static void sayWithoutEnd(OutputStream out, String first, byte[] more)
            throws IOException {
        LyingRedis.say(out, first);
        for (long said = 0; said < OCTETS_MAX; said += more.length) {
            out.write(more, 0, more.length);
        }
    }

    private static byte[] octets(String text) {
        return text.repeat(64 << 10).getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$536870912\r\n", "+", "-", ":", "*16000\r\n$", "*1\r\n+"})
    void answerWithoutEnd_isCutOffBeforeItIsHeld(String begins) throws Exception {
        try (LyingRedis redis = new LyingRedis(
                        (question, out) -> sayWithoutEnd(out, begins, octets("1")));
                Asking cache = new Asking(config(redis)).connected()) {
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.FAILED);
            // the connection has ended, and another is made
            Awaitility.await().until(() -> redis.connections() > 1);
            assertThat(redis.written()).isLessThan(HELD_MAX);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "*2147483647\r\n", "*16385\r\n", "$4294967296\r\n", "$-2\r\n", "$\r\n", "$1x\r\n",
            "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n", "%1\r\n", ">2\r\n", "x", "+a\rb"})
    void whatIsNoAnswer_endsTheConnectionAtOnce(String said) throws Exception {
        try (LyingRedis redis = new LyingRedis((question, out) -> LyingRedis.say(out, said));
                Asking cache = new Asking(config(redis)).connected()) {
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.FAILED);
            Awaitility.await().until(() -> redis.connections() > 1);
        }
    }

    @Test
    void answersToNoQuestion_endTheConnection() throws Exception {
        try (LyingRedis redis = new LyingRedis(
                        (question, out) -> sayWithoutEnd(out, "$-1\r\n", octets("+OK\r\n")));
                Asking cache = new Asking(config(redis)).connected()) {
            assertThat(cache.outcome(KEY)).isIn(CacheOutcome.MISS, CacheOutcome.FAILED);
            Awaitility.await().until(() -> redis.connections() > 1);
            assertThat(redis.written()).isLessThan(HELD_MAX);
        }
    }

    @Test
    void liarIsLeftAlone_andUsedAgainWhenItTellsTheTruth() throws Exception {
        AtomicBoolean lies = new AtomicBoolean(true);
        try (LyingRedis redis = new LyingRedis((question, out) ->
                        LyingRedis.say(out, lies.get() ? "*99999999\r\n" : "$-1\r\n"));
                Asking cache = new Asking(config(redis)).connected()) {
            Awaitility.await().until(() -> cache.outcome(KEY) == CacheOutcome.RESTING);
            assertThat(cache.logged()).filteredOn(line -> line.contains("slow or failing"))
                    .hasSize(1);
            lies.set(false);
            Awaitility.await().atMost(Duration.ofSeconds(40)).until(
                    () -> cache.outcome(KEY) == CacheOutcome.MISS
                            && cache.server.resting() == 0);
        }
    }

    @Test
    void recordOfTheLongestKind_comesThrough() throws Exception {
        String record = "r".repeat(Seal.RECORD_OCTETS_MAX + 45);
        try (LyingRedis redis = new LyingRedis((question, out) -> LyingRedis.say(
                        out, "$" + record.length() + "\r\n" + record + "\r\n"));
                Asking cache = new Asking(config(redis)).connected()) {
            assertThat(cache.get(KEY).value()).hasSize(record.length());
        }
    }
}
