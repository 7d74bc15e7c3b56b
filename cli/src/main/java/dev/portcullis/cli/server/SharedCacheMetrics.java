package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.counter;
import static dev.portcullis.cli.server.Snapshots.gauge;
import static dev.portcullis.cli.server.Snapshots.point;

import dev.portcullis.gateway.l2.CacheOutcome;
import dev.portcullis.gateway.l2.SharedCache;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** What a gateway counts of the shared cache; all of it is 0 where there is none. */
final class SharedCacheMetrics {
    private SharedCacheMetrics() {}

    static List<MetricSnapshot> of(SharedCache cache) {
        CounterSnapshot.Builder reads = CounterSnapshot.builder()
                .name("portcullis_shared_cache_reads")
                .help("Questions to the shared cache, by what they came to.");
        CounterSnapshot.Builder writes = CounterSnapshot.builder()
                .name("portcullis_shared_cache_writes")
                .help("Records for the shared cache, by what became of them.");
        for (CacheOutcome outcome : CacheOutcome.values()) {
            reads.dataPoint(point(cache.reads(outcome), Labels.of("outcome", outcome.label())));
            if (outcome.endsWrites()) {
                String label = outcome == CacheOutcome.HIT ? "kept" : outcome.label();
                writes.dataPoint(point(cache.writes(outcome), Labels.of("outcome", label)));
            }
        }
        return List.of(
                reads.build(),
                writes.build(),
                gauge("portcullis_shared_cache_connected",
                        "1 while the shared cache can be asked, else 0.",
                        cache.connected() ? 1 : 0),
                gauge("portcullis_shared_cache_resting",
                        "Parts of the shared cache that are left alone for a while.",
                        cache.resting()),
                counter("portcullis_shared_cache_connect_failures",
                        "Connections to the shared cache that could not be made or were refused.",
                        cache.failedConnects()));
    }
}
