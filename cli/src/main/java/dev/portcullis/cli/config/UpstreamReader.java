package dev.portcullis.cli.config;

import static dev.portcullis.cli.config.Quantity.duration;
import static dev.portcullis.cli.config.ValueType.integer;

import dev.portcullis.gateway.upstream.UpstreamConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig.Health;
import dev.portcullis.gateway.upstream.UpstreamConfig.Outliers;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import dev.portcullis.gateway.upstream.UpstreamConfig.Retry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The part of an application that says where its requests go and how. */
final class UpstreamReader {
    static final ValueType<Protocol> PROTOCOL = ValueType.choice(Map.of(
            "http/1.1", Protocol.HTTP_1_1, "http/2", Protocol.HTTP_2, "auto", Protocol.AUTO));

    private static final int ENDPOINTS_MAX = 100;
    private static final ValueType<Integer> PERCENT = integer(0, 100);
    private static final ValueType<Integer> TIMES = integer(1, 100);
    private static final ValueType<Integer> COUNT = integer(0, 1_000);
    private static final ValueType<Integer> CONNECTIONS = integer(1, 100_000);
    private static final ValueType<Integer> ATTEMPTS = integer(1, 10);
    private static final ValueType<Duration> CONNECT = duration("1ms", "10m");
    private static final ValueType<Duration> IDLE = duration("1ms", "1d");
    private static final ValueType<Duration> LIFETIME = duration("1s", "30d");
    private static final ValueType<Duration> INTERVAL = duration("100ms", "1h");
    private static final ValueType<Duration> SHORT = duration("10ms", "10m");
    private static final ValueType<Duration> EJECTION = duration("1ms", "1d");
    private static final ValueType<Duration> SLOW_START = duration("1s", "1h");
    private static final ValueType<String> SERVER_NAME =
            new ValueType<>("host", Address::host, text -> text);

    private final Section given;
    private final Inherited inherited;

    UpstreamReader(Section given, Inherited inherited) {
        this.given = given;
        this.inherited = inherited;
    }

    /** Of no use when mistakes were told. */
    UpstreamConfig read() {
        List<Upstream> endpoints = endpoints();
        boolean allTls = endpoints.stream().allMatch(Upstream::tls);
        if (endpoints.stream().anyMatch(Upstream::tls) && !allTls) {
            given.mistake("upstreams", "http and https are mixed; all are reached in one way");
        }
        Protocol protocol = given.value("protocol", PROTOCOL, Protocol.HTTP_1_1);
        UpstreamConfig.Tls tls = tls();
        if (!endpoints.isEmpty() && !allTls) {
            onlyWithTls(protocol);
        }
        Section timeouts = given.section("timeouts");
        Section limits = given.section("limits");
        return new UpstreamConfig(
                endpoints.stream().map(Upstream::uri).toList(), protocol, tls,
                timeouts.value("connect", CONNECT, inherited.connect()),
                timeouts.value("idle", IDLE, inherited.idle()),
                timeouts.value("lifetime", LIFETIME, Duration.ZERO),
                limits.value("idle_connections", CONNECTIONS, 256),
                limits.value("connections", CONNECTIONS, 0),
                health(), outliers(), retry(),
                given.value("slow_start", SLOW_START, Duration.ZERO));
    }

    private List<Upstream> endpoints() {
        Upstream one = given.value("upstream", ValueType.URL);
        List<Upstream> several = given.list("upstreams", ValueType.URL);
        if (given.has("upstream") && given.has("upstreams")) {
            given.mistake("upstreams", "upstream is given as well; keep one of them");
        } else if (!given.has("upstreams")) {
            given.require("upstream");
        }
        if (several.size() > ENDPOINTS_MAX) {
            given.mistake("upstreams", "more than " + ENDPOINTS_MAX);
        }
        return one == null ? several : List.of(one);
    }

    private void onlyWithTls(Protocol protocol) {
        if (protocol == Protocol.AUTO) {
            given.mistake("protocol", "auto needs an https upstream: over http there is nothing "
                    + "by which HTTP/2 would be agreed on");
        }
        if (given.has("upstream_tls")) {
            given.mistake("upstream_tls", "the upstream is http, where no TLS is spoken");
        }
    }

    private UpstreamConfig.Tls tls() {
        Section tls = given.section("upstream_tls");
        Path ca = FileChecks.value(tls, "ca");
        Path certificate = FileChecks.value(tls, "certificate");
        Path key = FileChecks.value(tls, "key");
        if (tls.has("certificate") != tls.has("key")) {
            tls.mistake(tls.has("key") ? "certificate" : "key",
                    "missing: a certificate and its key go together");
        }
        return new UpstreamConfig.Tls(ca, certificate, key, tls.value("server_name", SERVER_NAME));
    }

    private Health health() {
        Section health = given.section("health");
        if (given.has("health")) {
            health.require("path");
        }
        return new Health(
                health.value("path", RouteForms.HEALTH_PATH),
                health.value("interval", INTERVAL, Health.NONE.interval()),
                health.value("timeout", SHORT, Health.NONE.timeout()),
                health.value("unhealthy_after", TIMES, Health.NONE.unhealthyAfter()),
                health.value("healthy_after", TIMES, Health.NONE.healthyAfter()));
    }

    private Outliers outliers() {
        Section outliers = given.section("outliers");
        Outliers usual = Outliers.DEFAULTS;
        int failures = outliers.value("consecutive_failures", COUNT, usual.consecutiveFailures());
        Duration ejection = outliers.value("ejection", EJECTION, usual.ejection());
        Duration most = outliers.value("ejection_max", EJECTION, usual.ejectionMax());
        if (ejection.compareTo(most) > 0) {
            outliers.mistake(outliers.has("ejection") ? "ejection" : "ejection_max",
                    "ejection, " + Quantity.print(ejection) + ", is longer than ejection_max, "
                            + Quantity.print(most));
        }
        return new Outliers(failures, ejection, most,
                outliers.value("ejected_percent_max", PERCENT, usual.ejectedPercentMax()));
    }

    private Retry retry() {
        Section retry = given.section("retry");
        return new Retry(
                retry.value("attempts", ATTEMPTS, Retry.DEFAULTS.attempts()),
                retry.value("budget_percent", PERCENT, Retry.DEFAULTS.budgetPercent()),
                retry.value("budget_min", COUNT, Retry.DEFAULTS.budgetMin()));
    }
}
