package dev.portcullis.gateway.trace;

import dev.portcullis.gateway.http1.RequestHead;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * Traces of exchanges, where that is configured. The loops hand over what is sampled and never
 * wait; a thread of its own sends it on in batches. What does not fit into its queue, or cannot be
 * sent, is dropped and counted: traffic goes on as if nothing were.
 *
 * <p>Life: {@link #create}, {@link #start}, {@link #close}. Any thread.
 */
public final class Tracing implements AutoCloseable {
    private final TracingConfig config;
    private final LongAdder exported = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile SpanExport export;

    private Tracing(TracingConfig config) {
        this.config = config;
    }

    /** Tracing that is not started. */
    public static Tracing create(TracingConfig config) {
        return new Tracing(config);
    }

    /** Begins to export. What OpenTelemetry brings along is only loaded here. */
    public void start() {
        if (enabled()) {
            export = new SpanExport(config, exported, dropped);
        }
    }

    /** Whether there is any tracing at all. If not, nothing else may be called. */
    public boolean enabled() {
        return config.endpoint() != null;
    }

    /** A request has come, with its head or without a part of it. On a loop. */
    public ExchangeTrace begin(RequestHead head, RandomGenerator random) {
        return ExchangeTrace.begin(head, random, config.sampledPercent());
    }

    /** Hands over a sampled exchange that has ended; the caller must not touch it afterwards. */
    public void offer(ExchangeTrace ended) {
        SpanExport current = export;
        if (current == null || !current.offer(ended)) {
            dropped.add(1L + ended.tries.size());
        }
    }

    /** Spans that a collector has taken. */
    public long spansExported() {
        return exported.sum();
    }

    /** Spans that were lost: too many waited, or the collector did not take them. */
    public long spansDropped() {
        return dropped.sum();
    }

    /** Sends what is waiting, for at most five seconds, and stops. */
    @Override
    public void close() {
        SpanExport current = export;
        if (current != null) {
            current.close();
        }
    }
}
