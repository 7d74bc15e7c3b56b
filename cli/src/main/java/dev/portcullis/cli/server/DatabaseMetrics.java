package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.counter;
import static dev.portcullis.cli.server.Snapshots.gauge;
import static dev.portcullis.cli.server.Snapshots.point;

import dev.portcullis.admin.AdminServer;
import dev.portcullis.admin.change.ReplicaStats;
import dev.portcullis.admin.store.StoreFaults;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the admin-service does with its database, and with others that share it. Any thread. */
final class DatabaseMetrics implements MultiCollector {
    private final AdminServer admin;

    DatabaseMetrics(AdminServer admin) {
        this.admin = admin;
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(faults(admin.storeFaults()));
        all.add(gauge("portcullis_changes_waiting",
                "Changes that wait until they are effective on every gateway.",
                admin.changesWaiting()));
        ReplicaStats stats = admin.replicaStats();
        if (stats != null) {
            replicas(stats, all);
        }
        return new MetricSnapshots(all);
    }

    private static MetricSnapshot faults(StoreFaults faults) {
        CounterSnapshot.Builder all = CounterSnapshot.builder()
                .name("portcullis_database_failures")
                .help("How often the database did not do what it was asked, by reason.");
        for (StoreFaults.Kind kind : StoreFaults.Kind.values()) {
            all.dataPoint(point(faults.count(kind),
                    Labels.of("reason", kind.name().toLowerCase(Locale.ROOT))));
        }
        return all.build();
    }

    private static void replicas(ReplicaStats stats, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_replicas",
                "Replicas of the admin-service that count, this one included.",
                stats.replicas()));
        all.add(gauge("portcullis_replica_lease_ceiling_seconds",
                "For how long from now the leases that this replica gives may reach.",
                stats.ceilingLeft().toMillis() / 1e3));
        all.add(counter("portcullis_replica_renewals",
                "Renewals of this replica's row.", stats.renewals()));
        all.add(counter("portcullis_replica_renewals_failed",
                "Renewals of this replica's row that failed.", stats.renewalsFailed()));
        all.add(counter("portcullis_replica_expulsions",
                "How often this replica was taken for gone by others.", stats.expulsions()));
        all.add(counter("portcullis_replica_rows_deleted",
                "Rows of other replicas that this one deleted, as they were no longer renewed.",
                stats.rowsDeleted()));
        all.add(gauge("portcullis_replica_gateways",
                "Gateways that watch this replica, or may hold a lease from it.",
                stats.gateways()));
        all.add(gauge("portcullis_replica_gateway_ids_used_twice",
                "Ids of this replica's gateways that are in use at another replica too.",
                stats.idsUsedTwice()));
        all.add(gauge("portcullis_replica_revision_lag",
                "Revisions that the slowest gateway of this replica is behind.",
                stats.unacknowledged()));
    }
}
