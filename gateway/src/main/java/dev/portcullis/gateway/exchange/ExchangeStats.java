package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.outcome.Refusal;
import java.util.concurrent.atomic.LongAdder;

/** Counts of exchanges over all loops; any thread. */
public final class ExchangeStats {
    private static final int CLASSES = 6;

    final LongAdder began = new LongAdder();
    private final LongAdder finished = new LongAdder();
    private final LongAdder[][] byRouteAndClass;
    private final LongAdder[] byRefusal = adders(Refusal.values().length);

    /**
     * Counts for so many routes.
     *
     * @param routes number of applications
     */
    public ExchangeStats(int routes) {
        byRouteAndClass = new LongAdder[routes + 1][];
        for (int i = 0; i <= routes; i++) {
            byRouteAndClass[i] = adders(CLASSES);
        }
    }

    void finished(Exchange exchange) {
        finished.increment();
        boolean routed = exchange.verdict().route() != null;
        int route = routed ? exchange.verdict().route().index() : byRouteAndClass.length - 1;
        byRouteAndClass[route][Math.min(exchange.status() / 100, CLASSES - 1)].increment();
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

    /**
     * Ended exchanges of one application with a status of one class (2 for 2xx; 0 for those in
     * which no status was sent).
     *
     * @param route index of the route; the number of routes stands for 'no route'
     */
    public long responses(int route, int statusClass) {
        return byRouteAndClass[route][statusClass].sum();
    }

    /** Exchanges that ended with a refusal. */
    public long refusals(Refusal refusal) {
        return byRefusal[refusal.ordinal()].sum();
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }
}
