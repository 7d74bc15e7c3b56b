package dev.portcullis.gateway.upstream;

import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Counts over all loops; any thread. */
public final class UpstreamStats {
    private final Map<String, ClusterStats> clusters = new ConcurrentSkipListMap<>();

    /**
     * The counts of an application's upstream. Their number is bounded by the names that were ever
     * configured.
     */
    public ClusterStats cluster(String application) {
        return clusters.computeIfAbsent(application, it -> new ClusterStats());
    }

    /** All that there are counts of, by the application's name. */
    public Map<String, ClusterStats> clusters() {
        return Collections.unmodifiableMap(clusters);
    }

    /** Connections opened since the start. */
    public long opened() {
        return clusters.values().stream().mapToLong(it -> it.sum(EndpointStats::opened)).sum();
    }

    /** Connections open now, idle or leased. */
    public long open() {
        return clusters.values().stream().mapToLong(it -> it.sum(EndpointStats::open)).sum();
    }

    /** Leases now. */
    public long leased() {
        return clusters.values().stream().mapToLong(it -> it.sum(EndpointStats::leased)).sum();
    }
}
