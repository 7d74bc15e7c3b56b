package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.counter;
import static dev.portcullis.cli.server.Snapshots.gauge;
import static dev.portcullis.cli.server.Snapshots.histogram;
import static dev.portcullis.cli.server.Snapshots.point;

import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayStats;
import dev.portcullis.gateway.exchange.ApplicationStats;
import dev.portcullis.gateway.exchange.ExchangeStats;
import dev.portcullis.gateway.exchange.Outcome;
import dev.portcullis.gateway.http1.Protocol;
import dev.portcullis.gateway.lookup.Lookup;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.protect.ProtectionStats;
import dev.portcullis.gateway.server.ServerStats;
import dev.portcullis.gateway.watch.WatchStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a gateway counts, as Prometheus metrics, read when they are asked for. Labels are names that
 * were configured, or that the code lists; nothing that a client chose. Any thread.
 */
final class GatewayMetrics implements MultiCollector {
    private final Gateway gateway;

    GatewayMetrics(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public MetricSnapshots collect() {
        GatewayStats stats = gateway.stats();
        List<MetricSnapshot> all = new ArrayList<>();
        exchanges(stats.exchanges(), all);
        refusals(stats.exchanges(), all);
        times(stats.exchanges(), all);
        clients(stats, all);
        protection(stats.protection().stats(), all);
        all.addAll(UpstreamMetrics.of(stats.upstream()));
        records(stats.records(), all);
        reports(stats, all);
        return new MetricSnapshots(all);
    }

    private static void exchanges(ExchangeStats stats, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_exchanges_in_progress", "Exchanges begun and not ended.",
                stats.inProgress()));
        CounterSnapshot.Builder responses = CounterSnapshot.builder()
                .name("portcullis_exchanges")
                .help("Exchanges ended, by application, class of status and what became of them.");
        stats.applications().forEach((name, counts) -> responses(name, counts, responses));
        responses("", stats.unrouted(), responses);
        all.add(responses.build());
    }

    /** What never happened is left out, but for the one series that a rate needs to begin with. */
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

    private static void refusals(ExchangeStats stats, List<MetricSnapshot> all) {
        CounterSnapshot.Builder refusals = CounterSnapshot.builder()
                .name("portcullis_refusals")
                .help("Exchanges that the gateway itself ended, by code and whose fault it was.");
        for (Refusal refusal : Refusal.values()) {
            refusals.dataPoint(point(stats.refusals(refusal), Labels.of("code", refusal.code(),
                    "fault", refusal.source().name().toLowerCase(Locale.ROOT))));
        }
        all.add(refusals.build());
    }

    private static void times(ExchangeStats stats, List<MetricSnapshot> all) {
        all.add(HistogramSnapshot.builder()
                .name("portcullis_verdict_seconds")
                .help("From the request's head to the verdict, by where its records came from.")
                .dataPoint(histogram(
                        stats.verdictsFromMemory(), Labels.of("source", "memory")))
                .dataPoint(histogram(
                        stats.verdictsFromOrigin(), Labels.of("source", "origin")))
                .build());
        HistogramSnapshot.Builder upstream = HistogramSnapshot.builder()
                .name("portcullis_upstream_seconds")
                .help("From the lease of an upstream connection to the head of the response.");
        HistogramSnapshot.Builder whole = HistogramSnapshot.builder()
                .name("portcullis_exchange_seconds")
                .help("From the request's head to the end of the exchange.");
        whole.dataPoint(histogram(stats.unrouted().exchangeTimes(), Labels.of("application", "")));
        stats.applications().forEach((name, counts) -> {
            Labels labels = Labels.of("application", name);
            upstream.dataPoint(histogram(counts.upstreamTimes(), labels));
            whole.dataPoint(histogram(counts.exchangeTimes(), labels));
        });
        all.add(upstream.build());
        all.add(whole.build());
    }

    private void clients(GatewayStats stats, List<MetricSnapshot> all) {
        all.add(connections(stats.server()));
        all.add(requests(stats.exchanges()));
        all.add(counter("portcullis_client_connections_refused",
                "Client connections closed at once, as there were too many.",
                stats.server().refused()));
        all.add(gauge("portcullis_buffers_direct_bytes",
                "Direct memory that buffers take, whether in use or pooled.",
                stats.directBytes()));
        all.add(CounterSnapshot.builder()
                .name("portcullis_tls_handshakes")
                .help("TLS handshakes with clients, by how they ended.")
                .dataPoint(point(stats.tls().handshakes(), Labels.of("result", "completed")))
                .dataPoint(point(stats.tls().failures(), Labels.of("result", "failed")))
                .build());
        Instant expiry = gateway.certificatesExpire();
        if (expiry != null) {
            all.add(gauge("portcullis_tls_certificate_expiry_timestamp_seconds",
                    "When the first of the certificates expires.", expiry.toEpochMilli() / 1e3));
        }
    }

    private static MetricSnapshot connections(ServerStats stats) {
        int http1 = stats.openHttp1();
        int http2 = stats.openHttp2();
        // read last: what is opened in between must not make it negative
        int unknown = Math.max(0, stats.open() - http1 - http2);
        return GaugeSnapshot.builder()
                .name("portcullis_client_connections")
                .help("Client connections open, by what they speak as far as that is known.")
                .dataPoint(Snapshots.gaugePoint(http1, Labels.of("protocol", "http/1.1")))
                .dataPoint(Snapshots.gaugePoint(http2, Labels.of("protocol", "http/2")))
                .dataPoint(Snapshots.gaugePoint(unknown, Labels.of("protocol", "")))
                .build();
    }

    private static MetricSnapshot requests(ExchangeStats stats) {
        CounterSnapshot.Builder requests = CounterSnapshot.builder()
                .name("portcullis_client_requests")
                .help("Requests whose exchange has ended, by what they came over.");
        for (Protocol protocol : Protocol.values()) {
            requests.dataPoint(point(stats.finished(protocol),
                    Labels.of("protocol", protocol.text().toLowerCase(Locale.ROOT))));
        }
        return requests.build();
    }

    private static void protection(ProtectionStats stats, List<MetricSnapshot> all) {
        all.add(CounterSnapshot.builder()
                .name("portcullis_protection_refusals")
                .help("Connections closed and requests refused for protection, by what it was.")
                .dataPoint(point(stats.connectionsOfAddressRefused(),
                        Labels.of("limit", "connections_per_address")))
                .dataPoint(point(stats.proxyHeadersRefused(), Labels.of("limit", "proxy_protocol")))
                .dataPoint(point(
                        stats.failedAttemptsRefused(), Labels.of("limit", "failed_attempts")))
                .dataPoint(point(stats.tokenRateRefused(), Labels.of("limit", "rate")))
                .dataPoint(point(stats.exchangesRefused(), Labels.of("limit", "exchanges")))
                .dataPoint(point(stats.memoryRefused(), Labels.of("limit", "memory")))
                .build());
        all.add(counter("portcullis_failed_attempts", "Requests whose credential was not good.",
                stats.failedAttempts()));
    }

    private void records(Records records, List<MetricSnapshot> all) {
        all.add(gauge("portcullis_ready", "1 when requests can be verified, else 0.",
                gateway.ready() ? 1 : 0));
        all.add(gauge("portcullis_lease_remaining_seconds", "Time left of the lease.",
                records.leaseRemaining().toMillis() / 1e3));
        all.add(gauge("portcullis_revision", "The last change applied.", records.revision()));
        all.add(gauge("portcullis_revision_lag",
                "Revisions that the origin has told of and that are not yet applied on every loop.",
                records.revisionLag()));
        all.add(gauge("portcullis_resolves_in_flight", "Questions to the origin under way.",
                records.resolvesInFlight()));
        all.add(counter("portcullis_resolves", "Questions to the origin.", records.resolves()));
        all.add(counter("portcullis_resolves_failed", "Questions that the origin did not answer.",
                records.resolvesFailed()));
        all.add(lookUps(records.lookup()));
        all.addAll(SharedCacheMetrics.of(records.sharedCache()));
        all.add(streams(records.watchStats()));
        all.add(GaugeSnapshot.builder()
                .name("portcullis_records")
                .help("Records kept in memory, by kind.")
                .dataPoint(Snapshots.gaugePoint(
                        records.credentialsHeld(), Labels.of("kind", "credential")))
                .dataPoint(Snapshots.gaugePoint(
                        records.principalsHeld(), Labels.of("kind", "principal")))
                .dataPoint(Snapshots.gaugePoint(
                        records.negativesHeld(), Labels.of("kind", "unknown")))
                .build());
    }

    private static MetricSnapshot streams(WatchStats stats) {
        CounterSnapshot.Builder ends = CounterSnapshot.builder()
                .name("portcullis_origin_streams_ended")
                .help("Streams to the origin that ended, by reason.");
        for (WatchStats.End end : WatchStats.End.values()) {
            ends.dataPoint(point(stats.ended(end),
                    Labels.of("reason", end.name().toLowerCase(Locale.ROOT))));
        }
        return ends.build();
    }

    private static MetricSnapshot lookUps(Lookup lookup) {
        return CounterSnapshot.builder()
                .name("portcullis_lookups")
                .help("Look-ups of credentials, by the level that answers them.")
                .dataPoint(point(lookup.hits(), Labels.of("level", "l1")))
                .dataPoint(point(lookup.negatives(), Labels.of("level", "negative")))
                .dataPoint(point(lookup.misses(), Labels.of("level", "origin")))
                .dataPoint(point(lookup.lapsed(), Labels.of("level", "lapsed")))
                .build();
    }

    /** What is told to others, and whether it came through. */
    private static void reports(GatewayStats stats, List<MetricSnapshot> all) {
        all.add(counter("portcullis_uses_dropped", "Uses of credentials that were not reported.",
                stats.records().usesDropped()));
        all.add(counter("portcullis_refusals_dropped", "Refused requests that were not reported.",
                stats.records().refusalsDropped()));
        all.add(counter("portcullis_access_log_lines", "Access-log lines written.",
                stats.accessLog().linesWritten()));
        all.add(counter("portcullis_access_log_lines_dropped",
                "Access-log lines lost: too many waited, or they could not be written.",
                stats.accessLog().linesDropped()));
        all.add(counter("portcullis_spans_exported", "Spans that a trace collector has taken.",
                stats.tracing().spansExported()));
        all.add(counter("portcullis_spans_dropped",
                "Spans lost: too many waited, or the collector did not take them.",
                stats.tracing().spansDropped()));
    }
}
