package dev.portcullis.gateway.l2;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.gateway.testkit.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;

/** A cache server under test: asks it, waits for it, and hears what it logs. */
final class Asking implements AutoCloseable {
    static final String KEY = "pc:k1:c:abcdefghijk0";
    static final byte[] VALUE = "a record".getBytes(StandardCharsets.US_ASCII);

    /** Enough for a machine that does much else. */
    static final Duration PATIENT = Duration.ofMillis(500);

    /** What a question came to. */
    record Answer(byte[] value, CacheOutcome outcome) {}

    final RedisServer server;
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RedisStanding.class);

    Asking(RedisConfig config) {
        log.start();
        logger.addAppender(log);
        server = RedisServer.start(config, System::nanoTime);
    }

    static RedisConfig single(RedisProcess redis) {
        return single(redis, PATIENT);
    }

    static RedisConfig single(RedisProcess redis, Duration timeout) {
        return new RedisConfig(RedisConfig.Mode.SINGLE, List.of(node(redis)), null, null, null,
                false, null, timeout, Duration.ofMinutes(10));
    }

    static RedisConfig.Node node(RedisProcess redis) {
        return new RedisConfig.Node("127.0.0.1", redis.port());
    }

    Asking connected() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(server::connected);
        return this;
    }

    CompletableFuture<Answer> asked(String key) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        server.get(key, (value, outcome) ->
                assertThat(answer.complete(new Answer(value, outcome))).isTrue());
        return answer;
    }

    Answer get(String key) {
        return of(asked(key));
    }

    CacheOutcome outcome(String key) {
        return get(key).outcome();
    }

    CacheOutcome put(String key) {
        CompletableFuture<CacheOutcome> done = new CompletableFuture<>();
        server.put(key, VALUE, Duration.ofMinutes(1), done::complete);
        return of(done);
    }

    static <T> T of(CompletableFuture<T> future) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("not answered", e);
        }
    }

    /** What was logged, one line for each change. */
    List<String> logged() {
        return List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        server.close();
        logger.detachAppender(log);
    }
}
