package dev.portcullis.gateway.trace;

import dev.portcullis.gateway.http1.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One exchange's part of a trace: a span for the exchange, and one below it for each time that it
 * was sent to an upstream. Not thread-safe: it belongs to the exchange's loop, and to the exporter
 * once it was handed over.
 */
public final class ExchangeTrace {
    /** More tries than this are not told of one by one. */
    private static final int TRIES_MAX = 16;

    private final RandomGenerator random;
    private final TraceParent parent;
    private final boolean keepsState;
    final long high;
    final long low;
    final long span;
    private final int flags;
    final List<Try> tries = new ArrayList<>(1);
    /** What is told of the exchange when it has ended. */
    final Told told = new Told();

    /** One time that the request was sent upstream. */
    static final class Try {
        final long span;
        final String host;
        final int port;
        final long beganNanos;
        long endedNanos;
        int status;
        String error;

        Try(long span, String host, int port, long beganNanos) {
            this.span = span;
            this.host = host;
            this.port = port;
            this.beganNanos = beganNanos;
        }
    }

    /**
     * What is told of an exchange, as plain values: whatever costs something is done with them by
     * the exporter. What is null, 0 or negative is not known.
     */
    public static final class Told {
        /** The wall time at which the exchange began, milliseconds since the epoch. */
        public long beganMillis;
        /** The monotonic time at which it began. */
        public long beganNanos;
        /** The monotonic time at which it ended. */
        public long endedNanos;
        public String method;
        /** In its normal form, without the query. */
        public String path;
        public String scheme;
        public String protocolVersion;
        public String client;
        public String application;
        /** The path prefix that the application is served at. */
        public String route;
        public String userId;
        public String requestId;
        public int status;
        public String code;
        public String outcome;
    }

    private ExchangeTrace(
            RandomGenerator random, TraceParent parent, boolean keepsState, boolean sampled) {
        this.random = random;
        this.parent = parent;
        this.keepsState = keepsState;
        high = parent == null ? idOf(random) : parent.high();
        low = parent == null ? idOf(random) : parent.low();
        span = idOf(random);
        int randomness = parent == null ? TraceParent.RANDOM : parent.flags() & TraceParent.RANDOM;
        flags = randomness | (sampled ? TraceParent.SAMPLED : 0);
    }

    /**
     * The exchange's part of its caller's trace, or of a new one.
     *
     * @param sampledPercent of those whose caller has not decided
     */
    static ExchangeTrace begin(RequestHead head, RandomGenerator random, int sampledPercent) {
        TraceParent parent = TraceParent.of(head);
        boolean sampled = parent == null
                ? random.nextInt(100) < sampledPercent : parent.sampled();
        return new ExchangeTrace(
                random, parent, parent != null && TraceState.isGood(head), sampled);
    }

    /** All zeros is no id (W3C Trace Context, section 3.2.2). */
    private static long idOf(RandomGenerator random) {
        long id = random.nextLong();
        return id == 0 ? 1 : id;
    }

    /** Whether it is told to anybody. */
    public boolean isSampled() {
        return (flags & TraceParent.SAMPLED) != 0;
    }

    /** The trace id, 32 digits. */
    public String traceId() {
        return new TraceParent(high, low, span, flags).traceId();
    }

    /** What is told of the exchange; to be filled in before it is handed over. */
    public Told told() {
        return told;
    }

    /** The caller's span; 0 when there is none. */
    long parentSpan() {
        return parent == null ? 0 : parent.span();
    }

    /**
     * The request is about to be sent upstream: the head is told what goes along.
     *
     * @param host of the upstream
     * @param nowNanos the monotonic time
     */
    public void sending(RequestHead head, String host, int port, long nowNanos) {
        long child = span;
        if (isSampled() && tries.size() < TRIES_MAX) {
            failed("retried", nowNanos);
            child = idOf(random);
            tries.add(new Try(child, host, port, nowNanos));
        } else if (!isSampled() && parent != null) {
            // nothing of ours is told: who called is who called, for the application as well
            child = parent.span();
        }
        head.traced(new TraceParent(high, low, child, flags).octets(), keepsState);
    }

    /** The last try, if it is still under way, has ended without a response that counts. */
    private void failed(String error, long nowNanos) {
        if (!tries.isEmpty() && tries.get(tries.size() - 1).endedNanos == 0) {
            Try last = tries.get(tries.size() - 1);
            last.error = error;
            last.endedNanos = nowNanos;
        }
    }

    /**
     * The exchange has ended, and so has its last try.
     *
     * @param status of the application's response; 0 when there was none
     * @param error what went wrong; null when the response was relayed whole
     */
    public void ended(int status, String error, long nowNanos) {
        failed(error, nowNanos);
        if (!tries.isEmpty()) {
            tries.get(tries.size() - 1).status = status;
        }
    }
}
