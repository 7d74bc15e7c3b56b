package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.gauge;
import static dev.portcullis.cli.server.Snapshots.point;

import dev.portcullis.admin.origin.OriginStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the admin-service counts of gateways in other processes. Any thread. */
final class OriginMetrics implements MultiCollector {
    private final AdminPart admin;

    OriginMetrics(AdminPart admin) {
        this.admin = admin;
    }

    @Override
    public MetricSnapshots collect() {
        OriginStats stats = admin.server().originStats();
        if (stats == null) {
            return MetricSnapshots.of();
        }
        List<MetricSnapshot> all = new ArrayList<>();
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
        return new MetricSnapshots(all);
    }
}
