package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.accesslog.AccessLog;
import dev.portcullis.gateway.accesslog.AccessLogEntry;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.lookup.RefusalTally;
import dev.portcullis.gateway.outcome.Refusal;
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

    private final AccessLog log;
    private final ExchangeStats stats;
    private final RefusalTally refusals;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final LocalReply replies;

    /** Where it is written down what happens on a loop. */
    public record Books(AccessLog log, ExchangeStats stats, RefusalTally refusals) {}

    /** What keeps time and chance on a loop. */
    public record Sources(InstantSource clock, LongSupplier nanoTime, RandomGenerator random) {}

    public Ledger(Books books, Sources sources, HeadWriter out, ByteBufAllocator allocator) {
        this.log = books.log();
        this.stats = books.stats();
        this.refusals = books.refusals();
        this.clock = sources.clock();
        this.nanoTime = sources.nanoTime();
        this.random = sources.random();
        this.replies = new LocalReply(out, allocator);
    }

    void began(Exchange exchange) {
        stats.began.increment();
        exchange.requestId(newRequestId());
        exchange.began(nanoTime.getAsLong(), clock.millis());
    }

    void permitted(Exchange exchange) {
        exchange.verdict().found().used(exchange.beganMillis(), exchange.source().address());
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
        String id = new String(exchange.requestId(), StandardCharsets.US_ASCII);
        return replies.send(refusal, id, exchange.repliesAsGrpc(), exchange.downstream());
    }

    void finished(Exchange exchange) {
        stats.finished(exchange);
        if (log.enabled()) {
            log.write(entry(exchange));
        }
    }

    private AccessLogEntry entry(Exchange exchange) {
        AccessLogEntry entry = new AccessLogEntry();
        RequestHead head = exchange.judged();
        entry.timeMillis = exchange.beganMillis();
        entry.requestId = new String(exchange.requestId(), StandardCharsets.US_ASCII);
        entry.client = exchange.source().address();
        if (head.startLineIsRead()) {
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

    private void outcome(Exchange exchange, AccessLogEntry entry) {
        entry.status = exchange.status();
        entry.code = exchange.code();
        entry.phase = exchange.phase().name().toLowerCase(Locale.ROOT);
        entry.bytesIn = exchange.bodyBytesIn();
        entry.bytesOut = exchange.bytesOut();
        entry.durationMicros = (nanoTime.getAsLong() - exchange.beganNanos()) / 1000;
        if (exchange.endpoint() != null) {
            entry.upstream = exchange.endpoint().toString();
            entry.reused = exchange.reusedConnection();
            long nanos = exchange.upstreamNanos();
            entry.upstreamMicros = nanos < 0 ? -1 : nanos / 1000;
        }
    }

    long nowMillis() {
        return clock.millis();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    boolean logsTimes() {
        return log.enabled();
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
