package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.chaos.Timeline.Expected;
import dev.portcullis.proto.admin.v1.Propagation;
import io.grpc.Status;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** What was changed, how it was answered, and how long that took. Any thread. */
final class Counts {
    private static final int DIGITS = 3;

    private final Timeline quiet;
    private final Map<String, AtomicInteger> done = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> failed = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> unconfirmed = new ConcurrentSkipListMap<>();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger pendingQuietly = new AtomicInteger();
    private final Histogram quietly = new ConcurrentHistogram(DIGITS);
    private final Histogram withFaults = new ConcurrentHistogram(DIGITS);

    /** Times are told apart by whether it was quiet all the while. */
    Counts(Timeline quiet) {
        this.quiet = quiet;
    }

    void done(String name) {
        done.computeIfAbsent(name, absent -> new AtomicInteger()).incrementAndGet();
    }

    void failed(String name) {
        failed.computeIfAbsent(name, absent -> new AtomicInteger()).incrementAndGet();
    }

    void failed(String name, Status status) {
        failed(name + " " + status.getCode());
    }

    /** A change was asked for again after a failure. */
    void repeated() {
        repeated.incrementAndGet();
    }

    /** A change was answered before all gateways had confirmed it. */
    void pending(Propagation propagation) {
        pending.incrementAndGet();
        long now = System.nanoTime();
        if (quiet.during(now, now) == Expected.ACCEPTED) {
            pendingQuietly.incrementAndGet();
        }
        propagation.getUnconfirmedGatewaysList().forEach(name -> unconfirmed
                .computeIfAbsent(name, absent -> new AtomicInteger()).incrementAndGet());
    }

    /** A revocation was answered at its first call. */
    void revoked(Propagation propagation, long start, long end) {
        if (propagation.getState() == Propagation.State.PROPAGATED) {
            boolean wasQuiet = quiet.during(start, end) == Expected.ACCEPTED;
            (wasQuiet ? quietly : withFaults).recordValue(end - start);
        }
    }

    Map<String, AtomicInteger> done() {
        return new TreeMap<>(done);
    }

    Map<String, AtomicInteger> failed() {
        return new TreeMap<>(failed);
    }

    Map<String, AtomicInteger> unconfirmed() {
        return new TreeMap<>(unconfirmed);
    }

    int repeatedCount() {
        return repeated.get();
    }

    int pendingCount() {
        return pending.get();
    }

    int pendingQuietlyCount() {
        return pendingQuietly.get();
    }

    /** Revoke to everywhere in nanoseconds, while no fault was active. */
    Histogram quietly() {
        return quietly;
    }

    /** The same for the rest of the time. */
    Histogram withFaults() {
        return withFaults;
    }
}
