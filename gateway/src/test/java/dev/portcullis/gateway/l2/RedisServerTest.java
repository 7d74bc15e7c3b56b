package dev.portcullis.gateway.l2;

import static dev.portcullis.gateway.l2.Asking.KEY;
import static dev.portcullis.gateway.l2.Asking.VALUE;
import static dev.portcullis.gateway.l2.Asking.single;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One real server: well, slow, stopped, forgetful, gone, and locked. */
@Timeout(120)
class RedisServerTest {
    @TempDir Path directory;

    @Test
    void whatIsKept_isFoundUntilItsTimeIsOver() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(single(redis)).connected()) {
            assertThat(cache.get(KEY).outcome()).isEqualTo(CacheOutcome.MISS);
            assertThat(cache.put(KEY)).isEqualTo(CacheOutcome.HIT);
            Asking.Answer answer = cache.get(KEY);
            assertThat(answer.outcome()).isEqualTo(CacheOutcome.HIT);
            assertThat(answer.value()).isEqualTo(VALUE);
            assertThat(Long.parseLong(redis.ask("PTTL", KEY))).isBetween(1L, 60_000L);
            assertThat(cache.logged()).singleElement().asString().contains("is connected");
        }
    }

    @Test
    void aQuestion_isOneCommand() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(single(redis)).connected()) {
            cache.put(KEY);
            for (int i = 0; i < 100; i++) {
                assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.HIT);
            }
            assertThat(redis.calls("get")).isEqualTo(100);
            assertThat(redis.calls("set")).isEqualTo(1);
        }
    }

    @Test
    void startWithoutAServer_waitsForNothing_andConnectsWhenThereIsOne() {
        int port = RedisProcess.freePort();
        RedisConfig config = RedisConfig.single("127.0.0.1", port);
        try (Asking cache = new Asking(config)) {
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.DISCONNECTED);
            Awaitility.await().until(() -> cache.server.failedConnects() > 0);
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.DISCONNECTED);
            try (RedisProcess redis = RedisProcess.startOn(port)) {
                cache.connected();
                assertThat(redis.port()).isEqualTo(port);
                assertThat(cache.outcome(KEY)).isIn(CacheOutcome.MISS, CacheOutcome.SLOW);
            }
            assertThat(cache.logged().get(0)).contains("is not used", "onnection refused");
            assertThat(cache.logged().get(1)).contains("is connected");
        }
    }

    @Test
    void serverThatDies_isSkippedAtOnce_andUsedAgainWhenItIsBack() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(single(redis)).connected()) {
            cache.put(KEY);
            redis.kill();
            Awaitility.await().until(
                    () -> cache.outcome(KEY) == CacheOutcome.DISCONNECTED);
            assertThat(cache.server.connected()).isFalse();
            redis.restart();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(
                    () -> cache.outcome(KEY) == CacheOutcome.MISS);
            // an answer may be here before the loop has noted the connection it came by
            Awaitility.await().until(() -> cache.server.connected() && cache.logged().stream()
                    .filter(line -> line.contains("is connected")).count() == 2);
        }
    }

    @Test
    void serverThatStandsStill_costsItsTimeOnce_thenNothing_andComesBack() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(
                        single(redis, Duration.ofMillis(50))).connected()) {
            redis.freeze();
            List<CompletableFuture<Asking.Answer>> asked = new ArrayList<>();
            for (int i = 0; i < Breaker.BAD_MAX; i++) {
                asked.add(cache.asked(KEY));
            }
            asked.forEach(answer -> assertThat(Asking.of(answer).outcome())
                    .isEqualTo(CacheOutcome.SLOW));
            Awaitility.await().until(() -> cache.server.resting() == 1);
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.RESTING);
            assertThat(cache.put(KEY)).isEqualTo(CacheOutcome.RESTING);
            redis.thaw();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                cache.get(KEY);
                return cache.server.resting() == 0;
            });
            assertThat(cache.logged()).filteredOn(line -> line.contains("slow or failing"))
                    .hasSize(1);
            assertThat(cache.logged()).filteredOn(line -> line.contains("well again"))
                    .hasSize(1);
        }
    }

    @Test
    void moreThanTheWindow_isSkipped() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(single(redis)).connected()) {
            redis.freeze();
            List<CompletableFuture<Asking.Answer>> asked = new ArrayList<>();
            for (int i = 0; i < RedisServer.IN_FLIGHT_MAX; i++) {
                asked.add(cache.asked(KEY));
            }
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.BUSY);
            assertThat(cache.put(KEY)).isEqualTo(CacheOutcome.BUSY);
            redis.thaw();
            asked.forEach(answer -> assertThat(Asking.of(answer).outcome())
                    .isIn(CacheOutcome.MISS, CacheOutcome.SLOW));
        }
    }

    @Test
    void everythingFlushed_isAMiss() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(single(redis)).connected()) {
            cache.put(KEY);
            redis.ask("FLUSHALL");
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.MISS);
        }
    }

    @Test
    void serverThatKeepsNothing_isStillAsked_andSaysWhyOnce() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(single(redis)).connected()) {
            cache.put(KEY);
            redis.ask("CONFIG", "SET", "maxmemory", "1");
            for (int i = 0; i < 2 * Breaker.WINDOW; i++) {
                assertThat(cache.put(KEY)).isEqualTo(CacheOutcome.FAILED);
            }
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.HIT);
            redis.ask("CONFIG", "SET", "maxmemory", "0");
            assertThat(cache.put(KEY)).isEqualTo(CacheOutcome.HIT);
            assertThat(cache.logged()).filteredOn(line -> line.contains("keeps no records"))
                    .singleElement().asString().contains("OOM");
            assertThat(cache.logged()).filteredOn(line -> line.contains("keeps records again"))
                    .hasSize(1);
        }
    }

    @Test
    void keyOfAnotherType_isAFailure() {
        try (RedisProcess redis = RedisProcess.start();
                Asking cache = new Asking(single(redis)).connected()) {
            redis.ask("LPUSH", KEY, "x");
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.FAILED);
        }
    }

    // ------------------------------------------------------------------------------ passwords

    private Path password(String text) throws IOException {
        return Files.writeString(directory.resolve("password"), text + "\n");
    }

    private static RedisConfig locked(RedisProcess redis, String user, Path password) {
        return new RedisConfig(RedisConfig.Mode.SINGLE, List.of(Asking.node(redis)), null, user,
                RedisPassword.in(password), false, null, Asking.PATIENT, Duration.ofMinutes(10));
    }

    @Test
    void userWhoMayDoWhatIsNeeded_serves() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.ask("ACL", "SETUSER", "gateway", "on", ">right", "~pc:*", "+get", "+set",
                    "+ping", "+client");
            try (Asking cache =
                    new Asking(locked(redis, "gateway", password("right"))).connected()) {
                assertThat(cache.put(KEY)).isEqualTo(CacheOutcome.HIT);
                assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.HIT);
                assertThat(cache.outcome("elsewhere")).isEqualTo(CacheOutcome.FAILED);
            }
        }
    }

    @Test
    void wrongPassword_isSaidOnceAndCounted_andTheRightOneNeedsNoRestart() throws Exception {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right");
                Asking cache = new Asking(locked(redis, null, password("wrong")))) {
            Awaitility.await().until(() -> cache.server.failedConnects() > 1);
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.DISCONNECTED);
            assertThat(cache.logged()).singleElement().asString()
                    .contains("WRONGPASS").doesNotContain("wrong\n", "right");
            password("right");
            cache.connected();
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.MISS);
        }
    }

    @Test
    void noPasswordWhereOneIsNeeded_isSaid() {
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right");
                Asking cache = new Asking(single(redis))) {
            Awaitility.await().until(() -> cache.logged().stream()
                    .anyMatch(line -> line.contains("NOAUTH")));
            assertThat(cache.outcome(KEY)).isIn(
                    CacheOutcome.DISCONNECTED, CacheOutcome.FAILED);
        }
    }

    @Test
    void passwordFileThatIsMissing_isSaid() {
        Path none = directory.resolve("none");
        try (RedisProcess redis = RedisProcess.start("--requirepass", "right");
                Asking cache = new Asking(locked(redis, null, none))) {
            Awaitility.await().until(() -> cache.logged().stream()
                    .anyMatch(line -> line.contains(none.toString())));
        }
    }

    @Test
    void passwordFile_isReadWithoutItsLastLineEnd() throws Exception {
        assertThat(RedisPassword.in(password("a b")).read()).isEqualTo("a b".toCharArray());
        assertThatThrownBy(() -> RedisPassword.in(password("")).read())
                .hasMessageContaining("holds no password");
    }

    // ------------------------------------------------------------------------------------ TLS

    private RedisProcess secured(Certificates.Leaf leaf, int port) {
        return RedisProcess.start(
                "--tls-port", Integer.toString(port),
                "--tls-cert-file", leaf.chain().toString(),
                "--tls-key-file", leaf.key().toString(),
                "--tls-auth-clients", "no");
    }

    private static RedisConfig secured(int port, Path ca) {
        return new RedisConfig(RedisConfig.Mode.SINGLE,
                List.of(new RedisConfig.Node("localhost", port)), null, null, null, true, ca,
                Asking.PATIENT, Duration.ofMinutes(10));
    }

    @Test
    void tls_isSpokenWithAServerOfTheRightAuthorityAndName() {
        Certificates authority = new Certificates(directory);
        int port = RedisProcess.freePort();
        try (RedisProcess redis = secured(authority.server("localhost"), port);
                Asking cache = new Asking(secured(port, authority.caFile())).connected()) {
            assertThat(cache.put(KEY)).isEqualTo(CacheOutcome.HIT);
            assertThat(redis.ask("EXISTS", KEY)).isEqualTo("1");
        }
    }

    @Test
    void serverOfAnotherName_isNotSpokenTo() {
        Certificates authority = new Certificates(directory);
        int port = RedisProcess.freePort();
        try (RedisProcess redis = secured(authority.server("other.example"), port);
                Asking cache = new Asking(secured(port, authority.caFile()))) {
            Awaitility.await().until(() -> cache.logged().stream()
                    .anyMatch(line -> line.contains("localhost")));
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.DISCONNECTED);
            assertThat(redis.calls("ping")).isZero();
        }
    }

    @Test
    void serverOfAnotherAuthority_isNotSpokenTo() throws Exception {
        Certificates authority = new Certificates(directory);
        int port = RedisProcess.freePort();
        Path other = Files.createDirectory(directory.resolve("other"));
        try (RedisProcess redis = secured(authority.server("localhost"), port);
                Asking cache = new Asking(secured(port, new Certificates(other).caFile()))) {
            Awaitility.await().until(() -> cache.server.failedConnects() > 0);
            assertThat(cache.outcome(KEY)).isEqualTo(CacheOutcome.DISCONNECTED);
            assertThat(cache.logged().get(0)).contains("is not used");
            assertThat(redis.calls("ping")).isZero();
        }
    }
}
