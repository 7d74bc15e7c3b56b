package dev.portcullis.gateway.l2;

import dev.portcullis.gateway.l2.Breaker.Pass;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.event.connection.ReconnectFailedEvent;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Redis as keeper of the shared cache. It is connected to in the background, and never waited for:
 * a question is skipped while there is no connection, while too many are under way, and for a while
 * after too many came to nothing; what is asked ends within its time. Any thread.
 */
public final class RedisServer implements CacheServer {
    /** Questions under way at once; more would only wait for each other. */
    static final int IN_FLIGHT_MAX = 256;

    /** What is kept may take half of the room: questions come first. */
    private static final int KEEPING_MAX = IN_FLIGHT_MAX / 2;

    private static final Duration RETRY_FIRST = Duration.ofMillis(500);
    private static final Duration RETRY_LONGEST = Duration.ofSeconds(10);

    private final RedisThreads threads;
    private final RedisLink link;
    private final Breaker[] breakers;
    private final RedisStanding standing;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile RedisLink.Open open;
    private volatile boolean closed;

    private RedisServer(RedisConfig config, LongSupplier nanoTime) {
        threads = new RedisThreads(config.timeout());
        link = config.mode() == RedisConfig.Mode.CLUSTER
                ? new ClusterLink(config, threads, IN_FLIGHT_MAX)
                : new ServerLink(config, threads, IN_FLIGHT_MAX);
        standing = new RedisStanding(config, link.parts(), nanoTime);
        breakers = new Breaker[link.parts()];
        for (int i = 0; i < breakers.length; i++) {
            breakers[i] = new Breaker(nanoTime, this::rests);
        }
        threads.resources().eventBus().get().subscribe(event -> {
            if (event instanceof ReconnectFailedEvent failed) {
                standing.unreachable(failed.getCause());
            }
        });
    }

    /**
     * Begins to connect, and tries again until it is closed. Returns at once.
     *
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public static RedisServer start(RedisConfig config, LongSupplier nanoTime) {
        RedisServer server = new RedisServer(config, nanoTime);
        server.connect(RETRY_FIRST);
        return server;
    }

    private void connect(Duration pause) {
        if (closed) {
            return;
        }
        CompletionStage<RedisLink.Open> connecting;
        try {
            connecting = link.connect();
        } catch (RuntimeException e) {
            retry(e, pause);
            return;
        }
        connecting.whenComplete((connected, failure) -> {
            if (failure != null) {
                retry(failure, pause);
            } else {
                open = connected;
                standing.connected();
            }
        });
    }

    private void retry(Throwable failure, Duration pause) {
        if (closed) {
            return;
        }
        standing.unreachable(failure);
        Duration next = pause.multipliedBy(2);
        Duration bounded = next.compareTo(RETRY_LONGEST) < 0 ? next : RETRY_LONGEST;
        threads.later(() -> connect(bounded), pause);
    }

    private void rests(boolean resting) {
        standing.rests(resting);
        if (resting && !closed) {
            // it may have moved
            link.refresh();
        }
    }

    @Override
    public void get(String key, Reply reply) {
        ask(key, IN_FLIGHT_MAX, () -> open.commands().get(key), (value, failure) -> {
            CacheOutcome outcome = outcome(failure, value == null);
            reply.answered(outcome == CacheOutcome.HIT ? value : null, outcome);
            return outcome;
        });
    }

    @Override
    public void put(String key, byte[] value, Duration ttl, Consumer<CacheOutcome> done) {
        SetArgs until = SetArgs.Builder.px(ttl.toMillis());
        ask(key, KEEPING_MAX, () -> open.commands().set(key, value, until), (ok, failure) -> {
            CacheOutcome outcome = outcome(failure, false);
            standing.kept(outcome, failure);
            done.accept(outcome);
            // an error of a server that keeps nothing more says nothing of questions
            return outcome == CacheOutcome.FAILED ? CacheOutcome.HIT : outcome;
        });
    }

    /** What is to be done with an answer; says what it says of the server. */
    private interface Ending<T> {
        CacheOutcome of(T value, Throwable failure);
    }

    private <T> void ask(
            String key, int room, Supplier<CompletionStage<T>> question, Ending<T> ending) {
        if (closed || open == null) {
            ending.of(null, Skipped.DISCONNECTED);
            return;
        }
        if (inFlight.incrementAndGet() > room) {
            inFlight.decrementAndGet();
            ending.of(null, Skipped.BUSY);
            return;
        }
        Breaker breaker = breakers[link.part(key)];
        Pass pass = breaker.admit();
        if (pass == Pass.NONE) {
            inFlight.decrementAndGet();
            ending.of(null, Skipped.RESTING);
            return;
        }
        BiConsumer<T, Throwable> end = (value, failure) -> {
            inFlight.decrementAndGet();
            CacheOutcome says = CacheOutcome.FAILED;
            try {
                says = ending.of(value, failure);
            } finally {
                tell(breaker, pass, says, failure);
            }
        };
        CompletionStage<T> asked;
        try {
            asked = question.get();
        } catch (RuntimeException e) {
            end.accept(null, e);
            return;
        }
        asked.whenComplete(end);
    }

    private void tell(Breaker breaker, Pass pass, CacheOutcome says, Throwable failure) {
        standing.asked(says, failure);
        boolean good = says == CacheOutcome.HIT || says == CacheOutcome.MISS;
        // without a connection nothing is lost by asking: only a probe learns of it
        if (pass == Pass.PROBE || says != CacheOutcome.DISCONNECTED) {
            breaker.done(pass, good);
        }
    }

    private static CacheOutcome outcome(Throwable failure, boolean nothing) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        if (cause == null) {
            return nothing ? CacheOutcome.MISS : CacheOutcome.HIT;
        } else if (cause instanceof Skipped skipped) {
            return skipped.outcome;
        } else if (cause instanceof RedisCommandTimeoutException) {
            return CacheOutcome.SLOW;
        } else {
            boolean answered = cause instanceof RedisCommandExecutionException
                    || cause instanceof ReplyException;
            return answered ? CacheOutcome.FAILED : CacheOutcome.DISCONNECTED;
        }
    }

    /** Why a question was not asked; says nothing of where. */
    private static final class Skipped extends RuntimeException {
        private static final long serialVersionUID = 1;
        static final Skipped DISCONNECTED = new Skipped(CacheOutcome.DISCONNECTED);
        static final Skipped BUSY = new Skipped(CacheOutcome.BUSY);
        static final Skipped RESTING = new Skipped(CacheOutcome.RESTING);
        private final CacheOutcome outcome;

        private Skipped(CacheOutcome outcome) {
            super(outcome.label(), null, false, false);
            this.outcome = outcome;
        }
    }

    @Override
    public boolean connected() {
        RedisLink.Open now = open;
        return now != null && now.connection().isOpen() && standing.reachable();
    }

    @Override
    public int resting() {
        int resting = 0;
        for (Breaker breaker : breakers) {
            resting += breaker.rests() ? 1 : 0;
        }
        return resting;
    }

    /** Connections that could not be made, or were refused. */
    @Override
    public long failedConnects() {
        return standing.failedConnects();
    }

    @Override
    public void close() {
        closed = true;
        standing.closed();
        link.close();
        threads.close();
    }
}
