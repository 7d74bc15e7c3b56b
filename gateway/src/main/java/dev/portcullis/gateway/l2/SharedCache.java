package dev.portcullis.gateway.l2;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.proto.origin.v1.CacheKey;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * L2: asks for records that some gateway has resolved, and keeps those that this one resolves. What
 * it hands out is under the seal of the current key; whether it is new enough is the caller's to
 * say. Any thread; nothing blocks.
 */
public final class SharedCache implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SharedCache.class);

    private final CacheServer server;
    private final Duration ttl;
    private final LongSupplier nanoTime;
    private final Map<CacheOutcome, LongAdder> reads = counters();
    private final Map<CacheOutcome, LongAdder> writes = counters();
    private volatile SealKey key;

    private SharedCache(CacheServer server, Duration ttl, LongSupplier nanoTime) {
        this.server = server;
        this.ttl = ttl;
        this.nanoTime = nanoTime;
    }

    /** No shared cache: nothing is asked, nothing is kept. */
    public static SharedCache none() {
        return new SharedCache(null, Duration.ZERO, () -> 0);
    }

    /**
     * A cache on a server. It asks nothing before it is told a {@link #setKey key}.
     *
     * @param server closed together with the cache
     * @param ttl how long a record is kept
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public static SharedCache on(CacheServer server, Duration ttl, LongSupplier nanoTime) {
        return new SharedCache(server, ttl, nanoTime);
    }

    private static Map<CacheOutcome, LongAdder> counters() {
        Map<CacheOutcome, LongAdder> counters = new EnumMap<>(CacheOutcome.class);
        for (CacheOutcome outcome : CacheOutcome.values()) {
            counters.put(outcome, new LongAdder());
        }
        return counters;
    }

    /** Whether there is one. */
    public boolean exists() {
        return server != null;
    }

    /**
     * Which key counts from now on; what is under another is worth nothing.
     *
     * @param named what the origin said; null: it said nothing, and the cache is not used
     */
    public void setKey(CacheKey named) {
        SealKey next = named == null ? null : SealKey.of(named);
        SealKey before = key;
        key = next;
        if (named != null && next == null) {
            log.error("the origin named a key that is none; the shared cache is not used");
        } else if (server != null && next == null) {
            log.warn("the origin names no key: the shared cache is not used");
        } else if (server != null && !next.equals(before)) {
            log.info("records of the shared cache are sealed under {}", next);
        }
    }

    /**
     * Asks for the record of a prefix. Who is handed one says by {@link #judged} what it was worth.
     *
     * @param answer called once, within about the time that the cache may take, on any thread, also
     *     this one: with what was kept under its seal, or null
     */
    public void find(TokenPrefix prefix, Consumer<ResolveResponse> answer) {
        SealKey current = key;
        if (server == null || current == null) {
            if (server != null) {
                judged(CacheOutcome.NO_KEY);
            }
            answer.accept(null);
            return;
        }
        server.get(name(current, prefix), (value, outcome) -> {
            ResolveResponse record = null;
            try {
                if (outcome == CacheOutcome.HIT) {
                    record = opened(current, prefix, value);
                } else {
                    judged(outcome);
                }
            } finally {
                answer.accept(record);
            }
        });
    }

    private ResolveResponse opened(SealKey current, TokenPrefix prefix, byte[] value) {
        byte[] octets = Seal.open(current, prefix, value);
        if (octets == null) {
            judged(CacheOutcome.UNSEALED);
            return null;
        }
        try {
            return ResolveResponse.parseFrom(octets);
        } catch (InvalidProtocolBufferException e) {
            judged(CacheOutcome.MALFORMED);
            return null;
        }
    }

    /** Counts what a question came to. */
    public void judged(CacheOutcome outcome) {
        reads.get(outcome).increment();
    }

    /**
     * To be made before the origin is asked: what is read afterwards may be kept by it, under the
     * key of now. So nothing that was read from one database is ever sealed under the key of
     * another.
     */
    public Filling filling() {
        return new Filling(key, nanoTime.getAsLong());
    }

    /** What an answer of the origin may be kept under. Any thread. */
    public final class Filling {
        private final SealKey asked;
        private final long askedNanos;

        private Filling(SealKey asked, long askedNanos) {
            this.asked = asked;
            this.askedNanos = askedNanos;
        }

        /**
         * Keeps what the origin answered, unless the key has changed since it was asked, or it was
         * asked longer ago than records are kept.
         */
        public void keep(TokenPrefix prefix, ResolveResponse answer) {
            boolean inTime = server != null
                    && nanoTime.getAsLong() - askedNanos < ttl.toNanos();
            if (!inTime || asked == null || !asked.equals(key)) {
                return;
            }
            byte[] sealed = Seal.seal(asked, prefix, answer.toByteArray());
            if (sealed != null) {
                server.put(name(asked, prefix), sealed, ttl,
                        outcome -> writes.get(outcome).increment());
            }
        }
    }

    private static String name(SealKey key, TokenPrefix prefix) {
        return "pc:" + key.id() + ":c:" + prefix;
    }

    /** How many questions came to this. */
    public long reads(CacheOutcome outcome) {
        return reads.get(outcome).sum();
    }

    /** How many records were kept ({@link CacheOutcome#HIT}), or were not, and why. */
    public long writes(CacheOutcome outcome) {
        return writes.get(outcome).sum();
    }

    /** Whether the server can be asked; false where there is none. */
    public boolean connected() {
        return server != null && server.connected();
    }

    /** Parts of the server that are left alone for a while. */
    public int resting() {
        return server == null ? 0 : server.resting();
    }

    /** Connections to the server that could not be made or were refused, so far. */
    public long failedConnects() {
        return server == null ? 0 : server.failedConnects();
    }

    /** Ends the connections to the server; from then on every question is skipped. */
    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
