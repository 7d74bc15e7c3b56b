package dev.portcullis.gateway.metrics;

import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayStats;
import dev.portcullis.gateway.lookup.Lookup;
import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.outcome.Refusal;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Registers a gateway's metrics. Labels are bounded: applications, status classes, refusal codes.
 */
public final class GatewayMetrics {
    private static final int STATUS_CLASSES = 6;
    private static final double MILLIS_PER_SECOND = 1000;
    private static final String NO_APPLICATION = "";

    private final PrometheusRegistry registry;

    private GatewayMetrics(PrometheusRegistry registry) {
        this.registry = registry;
    }

    /** Adds the metrics of a gateway to a registry. */
    public static void register(PrometheusRegistry registry, Gateway gateway) {
        GatewayMetrics metrics = new GatewayMetrics(registry);
        GatewayStats stats = gateway.stats();
        metrics.requests(stats, gateway.applications());
        metrics.refusals(stats);
        metrics.connections(stats);
        metrics.lookups(stats.records().lookup());
        metrics.watch(stats.records());
        metrics.counter("portcullis_access_log_dropped",
                "Access-log lines that were lost.", stats.accessLog()::linesDropped);
        metrics.gauge("portcullis_ready", "1 when the gateway can verify from its caches.",
                () -> gateway.ready() ? 1 : 0);
    }

    private void requests(GatewayStats stats, List<String> applications) {
        CounterWithCallback.builder()
                .name("portcullis_requests")
                .help("Exchanges that have ended, by application and class of status"
                        + " (0: none sent).")
                .labelNames("application", "status_class")
                .callback(callback -> {
                    for (int route = 0; route <= applications.size(); route++) {
                        String name = route < applications.size()
                                ? applications.get(route) : NO_APPLICATION;
                        for (int status = 0; status < STATUS_CLASSES; status++) {
                            callback.call(stats.exchanges().responses(route, status),
                                    name, status + "xx");
                        }
                    }
                })
                .register(registry);
        gauge("portcullis_requests_in_progress", "Exchanges that have begun and not ended.",
                stats.exchanges()::inProgress);
    }

    private void refusals(GatewayStats stats) {
        CounterWithCallback.builder()
                .name("portcullis_refusals")
                .help("Exchanges that the gateway itself ended, by reason.")
                .labelNames("code")
                .callback(callback -> {
                    for (Refusal refusal : Refusal.values()) {
                        callback.call(stats.exchanges().refusals(refusal), refusal.code());
                    }
                })
                .register(registry);
    }

    private void connections(GatewayStats stats) {
        gauge("portcullis_client_connections", "Client connections open now.",
                stats.server()::open);
        counter("portcullis_client_connections_refused",
                "Client connections closed at once, since there were too many.",
                stats.server()::refused);
        gauge("portcullis_upstream_connections", "Connections to applications open now.",
                stats.upstream()::open);
        gauge("portcullis_upstream_connections_leased", "Connections to applications in use now.",
                stats.upstream()::leased);
        counter("portcullis_upstream_connections_opened", "Connections to applications opened.",
                stats.upstream()::opened);
    }

    private void lookups(Lookup lookup) {
        CounterWithCallback.builder()
                .name("portcullis_lookups")
                .help("Look-ups of credentials, by what answered them.")
                .labelNames("result")
                .callback(callback -> {
                    callback.call(lookup.hits(), "hit");
                    callback.call(lookup.negatives(), "negative");
                    callback.call(lookup.misses(), "miss");
                    callback.call(lookup.lapsed(), "lease_lapsed");
                })
                .register(registry);
    }

    private void watch(Records records) {
        gauge("portcullis_lease_remaining_seconds",
                "How long the gateway may still answer from its caches.",
                () -> records.leaseRemaining().toMillis() / MILLIS_PER_SECOND);
        gauge("portcullis_revision", "The newest revision the gateway has applied.",
                records::revision);
        counter("portcullis_resolves", "Questions to the origin.", records::resolves);
        counter("portcullis_resolves_failed", "Questions to the origin without a good answer.",
                records::resolvesFailed);
        gauge("portcullis_resolves_in_flight", "Questions to the origin under way.",
                records::resolvesInFlight);
        gauge("portcullis_cached_credentials", "Credential records in L1.",
                records::credentialsHeld);
        gauge("portcullis_cached_principals", "Principal records in L1.", records::principalsHeld);
        gauge("portcullis_cached_unknown", "Unknown prefixes remembered.", records::negativesHeld);
    }

    private void counter(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder().name(name).help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    private void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder().name(name).help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }
}
