package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.gaugePoint;
import static dev.portcullis.cli.server.Snapshots.point;

import dev.portcullis.gateway.exchange.ExchangeStats;
import dev.portcullis.gateway.upstream.AddressState;
import dev.portcullis.gateway.upstream.ClusterStats;
import dev.portcullis.gateway.upstream.EndpointStats;
import dev.portcullis.gateway.upstream.UpstreamStats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Metrics of upstreams: of each application's endpoints, as configured, and of the addresses they
 * stand for. Not thread-safe: made for one scrape.
 */
final class UpstreamMetrics {
    /** No more addresses of one application than this are told of one by one. */
    private static final int ADDRESSES_MAX = 64;

    private final GaugeSnapshot.Builder open = gauge(
            "portcullis_upstream_connections", "Upstream connections open, idle or in use.");
    private final GaugeSnapshot.Builder leased = gauge(
            "portcullis_upstream_connections_leased", "Leases of upstream connections now.");
    private final CounterSnapshot.Builder opened = counter(
            "portcullis_upstream_connections_opened", "Upstream connections opened.");
    private final CounterSnapshot.Builder unopened = counter(
            "portcullis_upstream_connect_failures",
            "Upstream connections that could not be opened.");
    private final CounterSnapshot.Builder ejections = counter(
            "portcullis_upstream_ejections", "How often an address was ejected for its failures.");
    private final CounterSnapshot.Builder checks = counter(
            "portcullis_upstream_checks", "Active health checks, by what they found.");
    private final CounterSnapshot.Builder retries = counter(
            "portcullis_upstream_retries", "Requests sent once more, or not for want of budget.");
    private final CounterSnapshot.Builder saturated = counter(
            "portcullis_upstream_saturated",
            "Requests refused, as there were as many for the application as there may be.");
    private final GaugeSnapshot.Builder healthy = gauge(
            "portcullis_upstream_healthy",
            "1 unless health checks have found otherwise, by address.");
    private final GaugeSnapshot.Builder ejected = gauge(
            "portcullis_upstream_ejected", "1 while an address gets no requests for its failures.");

    private UpstreamMetrics() {}

    static List<MetricSnapshot> of(UpstreamStats stats) {
        UpstreamMetrics metrics = new UpstreamMetrics();
        // those that are served before those that were
        stats.clusters().entrySet().stream()
                .sorted(Comparator.comparing(it -> it.getValue().addresses().isEmpty()))
                .limit(ExchangeStats.APPLICATIONS_MAX)
                .forEach(cluster -> metrics.add(cluster.getKey(), cluster.getValue()));
        return List.of(
                metrics.open.build(), metrics.leased.build(), metrics.opened.build(),
                metrics.unopened.build(), metrics.ejections.build(), metrics.checks.build(),
                metrics.retries.build(), metrics.saturated.build(), metrics.healthy.build(),
                metrics.ejected.build());
    }

    private void add(String application, ClusterStats cluster) {
        for (Map.Entry<String, EndpointStats> one : cluster.endpoints().entrySet()) {
            Labels labels = Labels.of("application", application, "endpoint", one.getKey());
            EndpointStats endpoint = one.getValue();
            open.dataPoint(gaugePoint(endpoint.open(), labels));
            leased.dataPoint(gaugePoint(endpoint.leased(), labels));
            opened.dataPoint(point(endpoint.opened(), labels));
            unopened.dataPoint(point(endpoint.connectFailures(), labels));
            ejections.dataPoint(point(endpoint.ejections(), labels));
            long failed = endpoint.checksFailed();
            checks.dataPoint(point(
                    Math.max(0, endpoint.checks() - failed), labels.add("result", "well")));
            checks.dataPoint(point(failed, labels.add("result", "unwell")));
        }
        retries.dataPoint(point(cluster.retries(),
                Labels.of("application", application, "result", "sent")));
        retries.dataPoint(point(cluster.retriesRefused(),
                Labels.of("application", application, "result", "refused")));
        saturated.dataPoint(point(cluster.saturated(), Labels.of("application", application)));
        addresses(application, cluster.addresses());
    }

    private void addresses(String application, List<AddressState> addresses) {
        Set<Labels> told = new HashSet<>();
        addresses.stream().limit(ADDRESSES_MAX).forEach(state -> {
            Labels labels = Labels.of("application", application, "endpoint", state.endpoint(),
                    "address", state.address());
            if (!told.add(labels)) {
                return;
            }
            healthy.dataPoint(gaugePoint(state.healthy() ? 1 : 0, labels));
            ejected.dataPoint(gaugePoint(state.ejected() ? 1 : 0, labels));
        });
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    private static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help);
    }
}
