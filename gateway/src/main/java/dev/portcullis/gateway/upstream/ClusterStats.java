package dev.portcullis.gateway.upstream;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * Counts of one application's upstream over all loops, which outlive its being served; any thread.
 */
public final class ClusterStats {
    /** Where endpoints are counted for which there is no room. */
    static final String OTHERS = "others";
    private static final int ENDPOINTS_MAX = 256;

    private final Map<String, EndpointStats> endpoints = new ConcurrentSkipListMap<>();

    final LongAdder retries = new LongAdder();
    final LongAdder retriesRefused = new LongAdder();
    final LongAdder saturated = new LongAdder();
    private final AtomicInteger admitted = new AtomicInteger();
    private volatile Cluster serving;

    ClusterStats() {}

    /** The counts of an endpoint; from the 257th that was ever configured on, those of others. */
    EndpointStats endpoint(Endpoint endpoint) {
        String name = endpoint.toString();
        boolean room = endpoints.containsKey(name) || endpoints.size() < ENDPOINTS_MAX;
        return endpoints.computeIfAbsent(room ? name : OTHERS, it -> new EndpointStats());
    }

    /** All that there are counts of, by {@code host:port} as configured. */
    public Map<String, EndpointStats> endpoints() {
        return Collections.unmodifiableMap(endpoints);
    }

    /** The sum of a count over the endpoints. */
    public long sum(ToLongFunction<EndpointStats> count) {
        return endpoints.values().stream().mapToLong(count).sum();
    }

    /** Requests that were sent again. */
    public long retries() {
        return retries.sum();
    }

    /** Requests that were not sent again, as the budget had no room. */
    public long retriesRefused() {
        return retriesRefused.sum();
    }

    /** Requests that were refused, as there were as many as there may be. */
    public long saturated() {
        return saturated.sum();
    }

    /** The addresses of what is served now, and how they are; none when it is not served. */
    public List<AddressState> addresses() {
        Cluster now = serving;
        return now == null
                ? List.of() : now.members().all().stream().map(Address::state).toList();
    }

    synchronized void serves(Cluster cluster) {
        serving = cluster;
        // shown before they are first used: what is to grow is to be seen at zero
        cluster.endpoints().forEach(this::endpoint);
    }

    synchronized void servesNoMore(Cluster cluster) {
        if (serving == cluster) {
            serving = null;
        }
    }

    /**
     * Lets an exchange in, which is to {@link #leave} when it has ended. They are counted only
     * where there is a bound, and across everything that is served under the name.
     *
     * @param max how many there may be at once over all loops
     * @return false: there are as many
     */
    public boolean admit(int max) {
        if (admitted.incrementAndGet() <= max) {
            return true;
        }
        admitted.decrementAndGet();
        saturated.increment();
        return false;
    }

    /** An exchange that was let in has ended. */
    public void leave() {
        admitted.decrementAndGet();
    }

    /** Exchanges that were let in and have not ended. */
    public int admitted() {
        return admitted.get();
    }
}
