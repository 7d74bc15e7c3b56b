package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.accesslog.AccessLog;
import dev.portcullis.gateway.accesslog.AccessLogEntry;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.lookup.RefusalTally;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.rewrite.Forwarded;
import dev.portcullis.gateway.route.Route;
import dev.portcullis.gateway.trace.ExchangeTrace;
import dev.portcullis.gateway.trace.TraceParent;
import dev.portcullis.gateway.trace.Tracing;
import dev.portcullis.gateway.upstream.Endpoint;
import dev.portcullis.gateway.verdict.Verdict;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The book-keeping of exchanges on one loop: request ids, times, counts, the access log, local
 * replies. Not thread-safe.
 */
public final class Ledger {
    private static final byte[] HEX = HeadWriter.ascii("0123456789abcdef");
    private static final int ID_LENGTH = 32;
    private static final long NANOS_PER_MICRO = 1000;

    private final AccessLog log;
    private final ExchangeStats stats;
    private final RefusalTally refusals;
    /** Null when there is none. */
    private final Tracing tracing;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final LocalReply replies;
    /** Under which the loop counts. */
    private final int loop;
    private int verdicts;

    /** Where it is written down what happens on a loop. */
    public record Books(
            AccessLog log, ExchangeStats stats, RefusalTally refusals, Tracing tracing) {}

    /** What keeps time and chance on a loop. */
    public record Sources(InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {}

    public Ledger(Books books, Sources sources, HeadWriter out, ByteBufAllocator allocator) {
        this.log = books.log();
        this.stats = books.stats();
        this.loop = stats.newLoop();
        this.refusals = books.refusals();
        this.tracing = books.tracing().enabled() ? books.tracing() : null;
        this.clock = sources.clock();
        this.nanoTime = sources.nanoTime();
        this.random = sources.random();
        this.replies = new LocalReply(out, allocator);
    }

    void began(Exchange exchange) {
        stats.began(loop);
        Forwarded told = exchange.caller().forwarded();
        exchange.requestId(told == null || told.requestId() == null
                ? newRequestId() : told.requestId());
        exchange.began(nanoTime.getAsLong(), clock.millis());
        if (tracing != null) {
            exchange.trace(tracing.begin(exchange.head(), random));
        }
    }

    /**
     * The verdict is there. The clock is read only where somebody asks for the time, and for one
     * in some of those that count: it costs more than a look-up in memory.
     *
     * @param fetched whether the records had to be fetched from the origin
     */
    void judged(Exchange exchange, boolean fetched) {
        boolean counts = exchange.verdict().claim() != null
                && (fetched || ++verdicts % ExchangeStats.VERDICTS_PER_READING == 0);
        if (counts || fetched || log.enabled()) {
            long nanos = nanoTime.getAsLong() - exchange.beganNanos();
            exchange.judged(nanos);
            if (counts) {
                stats.judged(loop, fetched, nanos);
            }
        }
    }

    /**
     * When the exchange has got its upstream connection. One that was idle is there at once, so
     * that the clock need not be read again.
     */
    long leasedAt(Exchange exchange) {
        return exchange.reusedConnection() && exchange.retries() == 0
                ? exchange.beganNanos() + Math.max(exchange.verdictNanos(), 0)
                : nanoTime.getAsLong();
    }

    /** The request is about to be written to its upstream connection. */
    void sending(Exchange exchange) {
        if (exchange.trace() != null) {
            Endpoint endpoint = exchange.address().endpoint();
            exchange.trace().sending(exchange.head(), endpoint.host(), endpoint.port(),
                    exchange.leasedNanos());
        }
    }

    void permitted(Exchange exchange) {
        if (!exchange.verdict().permit().isAnonymous()) {
            exchange.verdict().found().used(exchange.beganMillis(), exchange.source().address());
        }
    }

    /** A request whose verdict is a refusal; one that is cut later was permitted once. */
    void refusedByVerdict(Exchange exchange) {
        Verdict verdict = exchange.verdict();
        if (verdict.refusal().isOfCredential()) {
            LookupResult.Found found = verdict.found();
            refusals.count(
                    verdict.reportedCode(),
                    found == null ? null : found.credential().prefix(),
                    exchange.source().address(),
                    verdict.route().name(),
                    exchange.beganMillis());
        }
    }

    int reply(Exchange exchange, Refusal refusal) {
        return replies.send(refusal, exchange);
    }

    Trailers trailers(Exchange exchange, Refusal refusal) {
        return replies.trailers(refusal, exchange);
    }

    void finished(Exchange exchange) {
        long ended = exchange.endedAtOnce()
                ? exchange.leasedNanos() + exchange.upstreamNanos() : nanoTime.getAsLong();
        stats.finished(loop, exchange, ended - exchange.beganNanos());
        if (log.enabled()) {
            log.write(entry(exchange, ended));
        }
        if (exchange.trace() != null && exchange.trace().isSampled()) {
            tell(exchange, ended);
            tracing.offer(exchange.trace());
        }
    }

    private AccessLogEntry entry(Exchange exchange, long ended) {
        AccessLogEntry entry = new AccessLogEntry();
        RequestHead head = exchange.judged();
        entry.timeMillis = exchange.beganMillis();
        entry.requestId = new String(exchange.requestId(), StandardCharsets.US_ASCII);
        entry.client = exchange.source().address();
        entry.tls = exchange.downstream().caller().tlsVersion();
        if (head.startLineIsRead()) {
            entry.traceId = traceId(exchange);
            entry.protocol = head.protocol().text();
            entry.method = head.method();
            entry.path = head.path();
            int query = head.queryTo() - head.queryFrom();
            entry.queryBytes = query > 0 ? query - 1 : -1;
        }
        if (exchange.verdict().route() != null) {
            entry.application = exchange.verdict().route().name();
        }
        identity(exchange.verdict(), entry);
        outcome(exchange, entry);
        times(exchange, entry, ended);
        return entry;
    }

    /** Who it was, as soon as the secret was proved; a stranger's claim is not repeated. */
    private static void identity(Verdict verdict, AccessLogEntry entry) {
        LookupResult.Found found = verdict.found();
        if (found == null) {
            return;
        }
        entry.tokenId = found.credential().prefix();
        entry.userId = found.credential().userId();
        if (found.principal() != null) {
            entry.user = found.principal().name();
        }
        if (verdict.permit() != null) {
            entry.role = verdict.permit().role();
        }
    }

    /** Of the trace it is part of, though nobody may be recording it; null when it is of none. */
    private static String traceId(Exchange exchange) {
        if (exchange.trace() != null) {
            return exchange.trace().traceId();
        }
        TraceParent parent = TraceParent.of(exchange.head());
        return parent == null ? null : parent.traceId();
    }

    private void outcome(Exchange exchange, AccessLogEntry entry) {
        entry.status = exchange.status();
        entry.code = exchange.code();
        entry.phase = exchange.phase().name().toLowerCase(Locale.ROOT);
        entry.bytesIn = exchange.bodyBytesIn();
        entry.bytesOut = exchange.bytesOut();
        entry.outcome = Outcome.of(exchange).word();
        if (exchange.address() != null) {
            entry.upstream = exchange.address().toString();
            entry.reused = exchange.reusedConnection();
            entry.retries = exchange.retries();
        }
    }

    private static void tell(Exchange exchange, long ended) {
        ExchangeTrace.Told told = exchange.trace().told();
        RequestHead head = exchange.head();
        told.beganMillis = exchange.beganMillis();
        told.beganNanos = exchange.beganNanos();
        told.endedNanos = ended;
        if (head.startLineIsRead()) {
            told.method = head.method();
            told.path = head.path();
            told.protocolVersion = head.protocol().version();
        }
        Route route = exchange.verdict().route();
        if (route != null) {
            told.application = route.name();
            told.route = route.config().match().path();
        }
        LookupResult.Found found = exchange.verdict().found();
        told.userId = found == null ? null : found.credential().userId();
        told.scheme = exchange.downstream().caller().secure() ? "https" : "http";
        told.client = exchange.source().address().getHostAddress();
        told.requestId = new String(exchange.requestId(), StandardCharsets.US_ASCII);
        told.status = exchange.status();
        told.code = exchange.code();
        told.outcome = Outcome.of(exchange).word();
        boolean answered = exchange.upstreamNanos() >= 0;
        exchange.trace().ended(answered ? exchange.status() : 0, exchange.code(), ended);
    }

    /** How long each phase took that was gone through, and how long the last one has taken. */
    private static void times(Exchange exchange, AccessLogEntry entry, long ended) {
        long began = exchange.beganNanos();
        entry.durationMicros = micros(ended - began);
        if (exchange.verdictNanos() < 0) {
            return;
        }
        entry.verdictMicros = micros(exchange.verdictNanos());
        if (!exchange.wasLeased()) {
            return;
        }
        long leased = exchange.leasedNanos();
        entry.leaseMicros = micros(leased - began - exchange.verdictNanos());
        if (exchange.upstreamNanos() >= 0) {
            entry.upstreamMicros = micros(exchange.upstreamNanos());
            entry.responseMicros = micros(ended - leased - exchange.upstreamNanos());
        }
    }

    private static long micros(long nanos) {
        return Math.max(nanos, 0) / NANOS_PER_MICRO;
    }

    long nowMillis() {
        return clock.millis();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    private byte[] newRequestId() {
        byte[] id = new byte[ID_LENGTH];
        long bits = random.nextLong();
        for (int i = 0; i < ID_LENGTH; i++) {
            if (i == ID_LENGTH / 2) {
                bits = random.nextLong();
            }
            id[i] = HEX[(int) (bits & 15)];
            bits >>>= 4;
        }
        return id;
    }
}
