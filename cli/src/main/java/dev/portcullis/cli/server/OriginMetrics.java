package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.counter;
import static dev.portcullis.cli.server.Snapshots.gauge;
import static dev.portcullis.cli.server.Snapshots.point;

import dev.portcullis.admin.origin.KnownPrefixes;
import dev.portcullis.admin.origin.OriginStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the admin-service counts of what gateways ask, and of those in other processes. */
final class OriginMetrics implements MultiCollector {
    private final AdminPart admin;

    OriginMetrics(AdminPart admin) {
        this.admin = admin;
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        prefixes(admin.server().knownPrefixes(), all);
        OriginStats stats = admin.server().originStats();
        if (stats != null) {
            streams(stats, all);
        }
        return new MetricSnapshots(all);
    }

    private static void prefixes(KnownPrefixes known, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_prefix_filter_filled",
                "1 when made-up tokens are answered without the database, else 0.",
                known.filled() ? 1 : 0));
        all.add(gauge("portcullis_prefix_filter_bytes",
                "Memory that the filter of prefixes takes.", known.bytes()));
        all.add(counter("portcullis_prefix_filter_answers",
                "Questions that the database was spared.", known.spared()));
    }

    private static void streams(OriginStats stats, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_origin_streams",
                "Streams of gateways in other processes that are open.", stats.streams()));
        CounterSnapshot.Builder refusals = CounterSnapshot.builder()
                .name("portcullis_origin_refusals")
                .help("Calls of gateways that were turned away, and streams that were ended, by "
                        + "reason.");
        for (OriginStats.Refusal refusal : OriginStats.Refusal.values()) {
            refusals.dataPoint(point(stats.refused(refusal),
                    Labels.of("reason", refusal.name().toLowerCase(Locale.ROOT))));
        }
        all.add(refusals.build());
    }
}
