package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.route.Route;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts of exchanges over all loops; any thread. */
public final class ExchangeStats {
    final LongAdder began = new LongAdder();
    private final LongAdder finished = new LongAdder();
    private final ApplicationStats unrouted = new ApplicationStats();
    private final Map<String, ApplicationStats> applications = new ConcurrentSkipListMap<>();
    private final LongAdder[] byRefusal = adders(Refusal.values().length);

    /**
     * The counts of an application, which outlive its being served. Their number is bounded by the
     * names that were ever configured.
     */
    public ApplicationStats application(String name) {
        return applications.computeIfAbsent(name, it -> new ApplicationStats());
    }

    /** All that there are counts of, by name. */
    public Map<String, ApplicationStats> applications() {
        return Collections.unmodifiableMap(applications);
    }

    /** Of exchanges that were for no application. */
    public ApplicationStats unrouted() {
        return unrouted;
    }

    void finished(Exchange exchange) {
        finished.increment();
        Route route = exchange.verdict().route();
        ApplicationStats counts =
                route == null ? unrouted : exchange.routing().counts().get(route.index());
        counts.finished(exchange.status());
        if (exchange.refusal() != null) {
            byRefusal[exchange.refusal().ordinal()].increment();
        }
    }

    /** Exchanges that have begun and not ended. */
    public long inProgress() {
        return began.sum() - finished.sum();
    }

    /** Exchanges that have ended. */
    public long finished() {
        return finished.sum();
    }

    /** Exchanges that ended with a refusal. */
    public long refusals(Refusal refusal) {
        return byRefusal[refusal.ordinal()].sum();
    }

    static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }
}
