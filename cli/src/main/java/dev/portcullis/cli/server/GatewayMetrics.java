package dev.portcullis.cli.server;

import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayStats;
import dev.portcullis.gateway.exchange.ApplicationStats;
import dev.portcullis.gateway.exchange.Outcome;
import dev.portcullis.gateway.lookup.Lookup;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.outcome.Refusal;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a gateway counts, as Prometheus metrics, read when they are asked for. Any thread. */
final class GatewayMetrics implements MultiCollector {
    private final Gateway gateway;

    GatewayMetrics(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public MetricSnapshots collect() {
        GatewayStats stats = gateway.stats();
        List<MetricSnapshot> all = new ArrayList<>();
        exchanges(stats, all);
        connections(stats, all);
        records(stats.records(), all);
        all.add(counter("portcullis_access_log_lines", "Access-log lines written.",
                stats.accessLog().linesWritten()));
        all.add(counter("portcullis_access_log_lines_dropped",
                "Access-log lines dropped because too many waited.",
                stats.accessLog().linesDropped()));
        return new MetricSnapshots(all);
    }

    private void exchanges(GatewayStats stats, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_exchanges_in_progress", "Exchanges begun and not ended.",
                stats.exchanges().inProgress()));
        CounterSnapshot.Builder responses = CounterSnapshot.builder()
                .name("portcullis_exchanges")
                .help("Exchanges ended, by application, class of status and what became of them.");
        stats.exchanges().applications().forEach(
                (name, counts) -> responses(name, counts, responses));
        responses("", stats.exchanges().unrouted(), responses);
        all.add(responses.build());
        CounterSnapshot.Builder refusals = CounterSnapshot.builder()
                .name("portcullis_refusals")
                .help("Exchanges that the gateway itself ended, by code and whose fault it was.");
        for (Refusal refusal : Refusal.values()) {
            refusals.dataPoint(point(
                    stats.exchanges().refusals(refusal),
                    Labels.of("code", refusal.code(), "fault", fault(refusal))));
        }
        all.add(refusals.build());
    }

    private static void responses(
            String application, ApplicationStats counts, CounterSnapshot.Builder responses) {
        for (int statusClass = 0; statusClass < ApplicationStats.CLASSES; statusClass++) {
            String status = statusClass == 0 ? "none" : statusClass + "xx";
            for (Outcome outcome : Outcome.values()) {
                long ended = counts.responses(statusClass, outcome);
                if (ended > 0 || statusClass == 2 && outcome == Outcome.OK) {
                    responses.dataPoint(point(ended, Labels.of("application", application,
                            "status", status, "outcome", outcome.word())));
                }
            }
        }
    }

    private static String fault(Refusal refusal) {
        return refusal.source().name().toLowerCase(Locale.ROOT);
    }

    private static void connections(GatewayStats stats, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_client_connections", "Client connections open.",
                stats.server().open()));
        all.add(counter("portcullis_client_connections_refused",
                "Client connections closed at once, as there were too many.",
                stats.server().refused()));
        all.add(gauge("portcullis_upstream_connections", "Upstream connections open.",
                stats.upstream().open()));
        all.add(gauge("portcullis_upstream_connections_leased", "Upstream connections in use.",
                stats.upstream().leased()));
        all.add(counter("portcullis_upstream_connections_opened", "Upstream connections opened.",
                stats.upstream().opened()));
    }

    private void records(Records records, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_ready", "1 when requests can be verified, else 0.",
                gateway.ready() ? 1 : 0));
        all.add(gauge("portcullis_lease_remaining_seconds", "Time left of the lease.",
                records.leaseRemaining().toMillis() / 1e3));
        all.add(gauge("portcullis_revision", "The last change applied.", records.revision()));
        all.add(gauge("portcullis_resolves_in_flight", "Questions to the origin under way.",
                records.resolvesInFlight()));
        all.add(counter("portcullis_resolves", "Questions to the origin.", records.resolves()));
        all.add(counter("portcullis_resolves_failed", "Questions that the origin did not answer.",
                records.resolvesFailed()));
        all.add(counter("portcullis_uses_dropped", "Uses of credentials that were not reported.",
                records.usesDropped()));
        all.add(counter("portcullis_refusals_dropped", "Refused requests that were not reported.",
                records.refusalsDropped()));
        all.add(lookUps(records.lookup()));
        all.add(GaugeSnapshot.builder()
                .name("portcullis_records")
                .help("Records kept in memory, by kind.")
                .dataPoint(gaugePoint(
                        records.credentialsHeld(), Labels.of("kind", "credential")))
                .dataPoint(gaugePoint(records.principalsHeld(), Labels.of("kind", "principal")))
                .dataPoint(gaugePoint(records.negativesHeld(), Labels.of("kind", "unknown")))
                .build());
    }

    private static MetricSnapshot lookUps(Lookup lookup) {
        return CounterSnapshot.builder()
                .name("portcullis_lookups")
                .help("Look-ups of credentials in memory, by what was found there.")
                .dataPoint(point(lookup.hits(), Labels.of("found", "credential")))
                .dataPoint(point(lookup.negatives(), Labels.of("found", "unknown")))
                .dataPoint(point(lookup.misses(), Labels.of("found", "nothing")))
                .dataPoint(point(lookup.lapsed(), Labels.of("found", "lease_lapsed")))
                .build();
    }

    private static MetricSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point(value, Labels.EMPTY))
                .build();
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(gaugePoint(value, Labels.EMPTY))
                .build();
    }

    private static CounterDataPointSnapshot point(long value, Labels labels) {
        return CounterDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    private static GaugeDataPointSnapshot gaugePoint(double value, Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }
}
