package dev.portcullis.gateway.upstream;

import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
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
}
