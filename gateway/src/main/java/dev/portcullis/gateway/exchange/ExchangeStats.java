package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.http1.Protocol;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.route.Route;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts of exchanges over all loops. Written by the loops, read by any thread.
 *
 * <p>However often the applications change, no more than {@link #APPLICATIONS_MAX} of them have
 * counts of their own: one that is served no more keeps its counts until the room is needed, and
 * what is too many shares those of {@link #OTHERS}.
 */
public final class ExchangeStats {
    /** Applications that have counts of their own, served now or formerly. */
    public static final int APPLICATIONS_MAX = 1_000;

    /** Stands for the applications beyond that; no application can have this name. */
    public static final String OTHERS = "(others)";

    /** Of so many verdicts from memory one is timed, and stands for them all. */
    static final int VERDICTS_PER_READING = 16;

    private static final TimeBuckets VERDICTS = TimeBuckets.OF_VERDICTS;
    private static final int BEGAN = 0;
    private static final int FINISHED = 1;
    private static final int REFUSALS = 2;
    private static final int PROTOCOLS = REFUSALS + Refusal.values().length;
    private static final int FROM_MEMORY = PROTOCOLS + Protocol.values().length;
    private static final int FROM_ORIGIN = FROM_MEMORY + VERDICTS.cells();

    private final int loops;
    private final AtomicInteger loopsKnown = new AtomicInteger();
    private final LoopCells cells;
    private final ApplicationStats unrouted;
    private final ApplicationStats others;
    /** By name, those that were served longest ago first. Guarded by this. */
    private final Map<String, ApplicationStats> known = new LinkedHashMap<>();
    private volatile Map<String, ApplicationStats> shown = Map.of();

    /** Nothing counted yet. */
    public ExchangeStats(int loops) {
        this.loops = loops;
        cells = new LoopCells(loops, FROM_ORIGIN + VERDICTS.cells());
        unrouted = new ApplicationStats(loops);
        others = new ApplicationStats(loops);
    }

    /**
     * A number for a loop, under which it alone counts.
     *
     * @throws IllegalStateException when there are more loops than was said
     */
    int newLoop() {
        int loop = loopsKnown.getAndIncrement();
        if (loop >= loops) {
            throw new IllegalStateException("more loops than there are counters for");
        }
        return loop;
    }

    /** The counts of these applications, which are served from now on, in their order. */
    public synchronized List<ApplicationStats> serve(List<String> names) {
        Set<String> served = new HashSet<>();
        List<ApplicationStats> counts = new ArrayList<>();
        for (String name : names) {
            if (served.contains(name) || served.size() < APPLICATIONS_MAX) {
                served.add(name);
                ApplicationStats own = known.remove(name);
                known.put(name, own == null ? new ApplicationStats(loops) : own);
                counts.add(known.get(name));
            } else {
                counts.add(others);
            }
        }
        int surplus = known.size() - APPLICATIONS_MAX;
        for (String name : List.copyOf(known.keySet())) {
            if (surplus > 0 && !served.contains(name)) {
                known.remove(name);
                surplus--;
            }
        }
        Map<String, ApplicationStats> all = new TreeMap<>(known);
        if (served.size() == APPLICATIONS_MAX) {
            all.put(OTHERS, others);
        }
        shown = Collections.unmodifiableMap(all);
        return counts;
    }

    /** All that there are counts of, by name. */
    public Map<String, ApplicationStats> applications() {
        return shown;
    }

    /** Of exchanges that were for no application. */
    public ApplicationStats unrouted() {
        return unrouted;
    }

    /** On a loop: an exchange has begun. */
    void began(int loop) {
        cells.add(loop, BEGAN, 1);
    }

    /** On a loop: a verdict was made of records, after so many nanoseconds. */
    void judged(int loop, boolean fromOrigin, long nanos) {
        VERDICTS.record(cells, loop, fromOrigin ? FROM_ORIGIN : FROM_MEMORY, nanos,
                fromOrigin ? 1 : VERDICTS_PER_READING);
    }

    /** On a loop: an exchange has ended, after so many nanoseconds. */
    void finished(int loop, Exchange exchange, long nanos) {
        Route route = exchange.verdict().route();
        ApplicationStats counts =
                route == null ? unrouted : exchange.routing().counts().get(route.index());
        counts.finished(loop, exchange, Outcome.of(exchange), nanos);
        if (exchange.refusal() != null) {
            cells.add(loop, REFUSALS + exchange.refusal().ordinal(), 1);
        }
        cells.add(loop, PROTOCOLS + protocolOf(exchange.head()).ordinal(), 1);
        cells.add(loop, FINISHED, 1);
    }

    /** What has no version that could be read counts as what its connection is for. */
    private static Protocol protocolOf(RequestHead head) {
        Protocol protocol = head.protocol();
        return protocol == Protocol.HTTP_1_0 && !head.startLineIsRead()
                ? Protocol.HTTP_1_1 : protocol;
    }

    /** Exchanges that have begun and not ended. */
    public long inProgress() {
        // in this order: what ends in between must not make it negative
        long finished = finished();
        return cells.sum(BEGAN) - finished;
    }

    /** Exchanges that have ended. */
    public long finished() {
        return cells.sum(FINISHED);
    }

    /** Exchanges that have ended, whose requests came over that. */
    public long finished(Protocol protocol) {
        return cells.sum(PROTOCOLS + protocol.ordinal());
    }

    /** Exchanges that ended with a refusal. */
    public long refusals(Refusal refusal) {
        return cells.sum(REFUSALS + refusal.ordinal());
    }

    /**
     * From the request's head to the verdict, of those whose records were in memory. One in sixteen
     * is timed and counts for all.
     */
    public Times verdictsFromMemory() {
        return VERDICTS.read(cells, FROM_MEMORY);
    }

    /** From the request's head to the verdict, of those whose records the origin was asked for. */
    public Times verdictsFromOrigin() {
        return VERDICTS.read(cells, FROM_ORIGIN);
    }
}
