package dev.portcullis.gateway.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue of ended exchanges and the thread that exports their spans, batch by batch. */
final class SpanExport {
    private static final Logger LOG = LoggerFactory.getLogger(SpanExport.class);

    private static final int WAITING_MAX = 4096;
    private static final int BATCH_MAX = 512;
    /** So long a batch may grow; it is the most by which spans come late. */
    private static final Duration GATHERING = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final BlockingQueue<ExchangeTrace> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final OtlpHttpSpanExporter exporter;
    private final Resource resource;
    private final LongAdder exported;
    private final LongAdder dropped;
    private final Thread thread = new Thread(this::run, "tracing");
    private volatile boolean closing;
    private boolean failing;

    SpanExport(TracingConfig config, LongAdder exported, LongAdder dropped) {
        this.exported = exported;
        this.dropped = dropped;
        resource = Resource.getDefault().toBuilder()
                .put(AttributeKey.stringKey("service.name"), config.serviceName())
                .build();
        exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.endpoint().toString())
                .setTimeout(TIMEOUT)
                .setConnectTimeout(TIMEOUT)
                // spans that cannot be sent now are lost: a second try would hold up the next ones
                .setRetryPolicy(null)
                .build();
        thread.setDaemon(true);
        thread.start();
    }

    boolean offer(ExchangeTrace ended) {
        return !closing && waiting.offer(ended);
    }

    private void run() {
        List<ExchangeTrace> batch = new ArrayList<>(BATCH_MAX);
        while (true) {
            boolean last = closing;
            try {
                gather(batch);
            } catch (InterruptedException hurry) {
                // closing has been said; what waits is sent all the same
                waiting.drainTo(batch, BATCH_MAX);
            }
            if (!batch.isEmpty()) {
                export(batch);
                batch.clear();
            } else if (last) {
                exporter.shutdown();
                return;
            }
        }
    }

    /** What comes in the next second, and a batch at most. */
    private void gather(List<ExchangeTrace> batch) throws InterruptedException {
        ExchangeTrace first =
                waiting.poll(closing ? 0 : GATHERING.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return;
        }
        batch.add(first);
        if (!closing && waiting.size() < BATCH_MAX) {
            TimeUnit.MILLISECONDS.sleep(GATHERING.toMillis());
        }
        waiting.drainTo(batch, BATCH_MAX - 1);
    }

    private void export(List<ExchangeTrace> batch) {
        List<SpanData> spans = new ArrayList<>();
        try {
            batch.forEach(trace -> EndedSpan.of(trace, resource, spans));
            CompletableResultCode result = exporter.export(spans);
            result.join(TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
            note(result.isSuccess(), spans.size());
        } catch (RuntimeException e) {
            LOG.debug("spans could not be made or sent", e);
            note(false, Math.max(spans.size(), batch.size()));
        }
    }

    private void note(boolean taken, int spans) {
        (taken ? exported : dropped).add(spans);
        if (failing == taken) {
            failing = !taken;
            if (taken) {
                LOG.info("the trace collector takes spans again");
            } else {
                LOG.warn("the trace collector does not take spans: they are being lost");
            }
        }
    }

    void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join(TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int left = waiting.size();
        if (left > 0) {
            dropped.add(left);
        }
    }
}
