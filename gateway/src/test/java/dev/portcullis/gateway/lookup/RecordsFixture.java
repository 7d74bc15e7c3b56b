package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.l2.SharedCache;
import dev.portcullis.gateway.watch.Changed;
import dev.portcullis.gateway.watch.VirtualTime;
import dev.portcullis.proto.origin.v1.CacheKey;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Real records over a real in-process channel to a {@link ScriptedOrigin}, in virtual time, with
 * two event loops. gRPC runs on the calling thread, so that after {@link VirtualTime#settle} all
 * that follows from an event has happened. On closing: nothing is left behind.
 */
final class RecordsFixture implements AutoCloseable {
    static final String PREFIX = "abcdefghijk0";
    static final TokenPrefix KEY = TokenPrefix.of(PREFIX);
    static final String USER = "user-1";
    /** An API key, and a token that was exchanged from it. */
    static final String PARENT_PREFIX = "abcdefghijkK";
    static final TokenPrefix EXCHANGED = TokenPrefix.of("abcdefghijkX");

    final ScriptedOrigin origin = new ScriptedOrigin();
    final VirtualTime time = new VirtualTime();
    final List<ExecutorService> loops = List.of(loop("loop-0"), loop("loop-1"));
    /** What the loops were told, in order. */
    final List<Changed> told = new CopyOnWriteArrayList<>();
    volatile RuntimeException listenerFailure;
    final Records records;
    private final Server server;
    private final ManagedChannel channel;

    RecordsFixture() {
        this(config());
    }

    RecordsFixture(RecordsConfig config) {
        this(config, SharedCache.none(), null);
    }

    /** A gateway with a shared cache, whose origin names a key for it; null: none. */
    RecordsFixture(SharedCache cache, CacheKey cacheKey) {
        this(config(), cache, cacheKey);
    }

    private RecordsFixture(RecordsConfig config, SharedCache cache, CacheKey cacheKey) {
        origin.cacheKey = cacheKey;
        String name = InProcessServerBuilder.generateName();
        try {
            server = InProcessServerBuilder.forName(name)
                    .directExecutor().addService(origin).build().start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        channel = InProcessChannelBuilder.forName(name).directExecutor().build();
        origin.put(ScriptedOrigin.credential(PREFIX, USER));
        origin.put(ScriptedOrigin.key(PARENT_PREFIX, USER));
        origin.put(ScriptedOrigin.exchanged(EXCHANGED.toString(), PARENT_PREFIX, USER));
        origin.put(ScriptedOrigin.principal(USER));
        origin.setRevision(10);
        records = Records.create(
                config, new Records.Wiring(channel, loops, this::changed, cache),
                time.environment());
    }

    static RecordsConfig config() {
        return new RecordsConfig(1_000, 1_000, 100, Duration.ofSeconds(30),
                Duration.ofSeconds(20), 256, Duration.ofSeconds(10));
    }

    private static ExecutorService loop(String name) {
        return Executors.newSingleThreadExecutor(task -> new Thread(task, name));
    }

    private void changed(Executor loop, Changed changed) {
        if (listenerFailure != null) {
            throw listenerFailure;
        }
        told.add(changed);
    }

    RecordsFixture start() {
        records.start();
        settle();
        // the first stream begins with a reset: nothing retained reaches back to revision 0
        told.clear();
        return this;
    }

    /** Waits until the control thread and the loops have done what there was to do. */
    void settle() {
        settle(loops);
    }

    /** The same of one loop, where another is kept busy. */
    void settle(int loop) {
        settle(List.of(loops.get(loop)));
    }

    private void settle(List<? extends ExecutorService> some) {
        for (int i = 0; i < 3; i++) {
            time.settle();
            some.stream().filter(loop -> !loop.isShutdown()).forEach(loop -> on(loop, () -> null));
        }
        time.settle();
    }

    void advance(Duration by) {
        time.advance(by);
        settle();
    }

    private static <T> T on(ExecutorService loop, Callable<T> task) {
        Future<T> done = loop.submit(task);
        return get(done);
    }

    static <T> T get(Future<T> future) {
        try {
            return future.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    LookupResult find(TokenPrefix prefix) {
        return on(loops.get(0), () -> records.lookup().find(prefix, time.millis()));
    }

    CompletableFuture<LookupResult> resolve(TokenPrefix prefix) {
        return on(loops.get(0), () -> records.lookup().resolve(prefix, loops.get(0)))
                .toCompletableFuture();
    }

    /** As a request does: from L1, or else from the origin. */
    LookupResult lookUp(TokenPrefix prefix) {
        LookupResult known = find(prefix);
        return known != null ? known : get(resolve(prefix));
    }

    /** Keeps a loop busy until the latch is counted down. */
    CountDownLatch block(int loop) {
        CountDownLatch go = new CountDownLatch(1);
        loops.get(loop).execute(() -> {
            try {
                go.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return go;
    }

    /** The origin goes away: every stream breaks, every call is refused. */
    void cut() {
        origin.refusal = Status.UNAVAILABLE.withDescription("away");
        origin.streams.forEach(ScriptedOrigin.Stream::fail);
        time.settle();
    }

    /** The origin goes on as another database, and the stream is a new one. */
    void startOver(long at) {
        origin.startOver(at);
        time.advance(Duration.ofMillis(100));
    }

    static TokenPrefix prefix(int number) {
        return TokenPrefix.of("x%011d".formatted(number));
    }

    @Override
    public void close() {
        origin.refusal = null;
        origin.release();
        records.close();
        settle();
        assertThat(records.resolvesInFlight()).isZero();
        assertThat(records.lookup().epoch().flights).isEmpty();
        channel.shutdown();
        try {
            assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            server.shutdown();
            assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            loops.forEach(ExecutorService::shutdownNow);
            time.close();
        }
    }
}
