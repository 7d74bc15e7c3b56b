package dev.portcullis.cli.config;

import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Writes an application as an entry of the list in a file. */
final class ApplicationPrinter {
    private final Application application;
    private final RouteConfig route;
    private final UpstreamConfig upstream;
    private final BiConsumer<String, Origin> lines;

    /** Lines go to {@code lines}, each with its origin, or null where it has none of its own. */
    ApplicationPrinter(Application application, BiConsumer<String, Origin> lines) {
        this.application = application;
        this.lines = lines;
        route = application.config().route();
        upstream = application.config().upstream();
    }

    void print() {
        lines.accept("  - name: " + scalar(application.name()), application.origin());
        match();
        endpoints();
        path();
        value("auth", RouteForms.AUTHENTICATED.print(route.authenticated()));
        rules();
        grpc();
        changes("request_headers", route.request());
        changes("response_headers", route.response());
        timeouts();
        limits();
        health();
        balance();
    }

    private void match() {
        RouteConfig.Match match = route.match();
        valueUnless(match.host().isEmpty(), "host", match.host());
        value("path", match.path());
        listUnlessEmpty("methods", new TreeSet<>(match.methods()));
        mapUnlessEmpty("headers", match.headers());
    }

    private void endpoints() {
        List<String> endpoints = upstream.endpoints().stream().map(Object::toString).toList();
        if (endpoints.size() == 1) {
            boolean listed = application.origins().containsKey("upstreams");
            lines.accept("    upstream: " + scalar(endpoints.get(0)),
                    origin(listed ? "upstreams" : "upstream"));
        } else {
            listUnlessEmpty("upstreams", endpoints);
        }
        value("protocol", UpstreamReader.PROTOCOL.print(upstream.protocol()));
        UpstreamConfig.Tls tls = upstream.tls();
        if (!tls.equals(UpstreamConfig.Tls.DEFAULTS)) {
            section("upstream_tls");
            valueUnlessNull("upstream_tls.ca", tls.ca());
            valueUnlessNull("upstream_tls.certificate", tls.certificate());
            valueUnlessNull("upstream_tls.key", tls.key());
            valueUnlessNull("upstream_tls.server_name", tls.serverName());
        }
    }

    private void path() {
        if (route.prefix() != null && route.prefix().isEmpty()) {
            boolean rewritten = application.origins().containsKey("rewrite_prefix");
            lines.accept("    strip_prefix: true",
                    origin(rewritten ? "rewrite_prefix" : "strip_prefix"));
        } else {
            valueUnlessNull("rewrite_prefix", route.prefix());
        }
    }

    private void rules() {
        if (route.rules().isEmpty()) {
            return;
        }
        section("rules");
        int index = 0;
        for (RouteConfig.Rule rule : route.rules()) {
            StringJoiner fields = new StringJoiner(", ", "{", "}");
            if (!rule.methods().isEmpty()) {
                fields.add("methods: " + list(new TreeSet<>(rule.methods())));
            }
            if (!rule.path().isEmpty()) {
                fields.add("path: " + scalar(rule.path()));
            }
            fields.add(rule.access() == null
                    ? "auth: none"
                    : "access: " + RouteForms.ACCESS.print(rule.access()));
            lines.accept("      - " + fields, origin("rules." + index++));
        }
    }

    private void grpc() {
        RouteConfig.GrpcReads grpc = route.grpc();
        if (!grpc.equals(RouteConfig.GrpcReads.NONE)) {
            section("grpc");
            listUnlessEmpty("grpc.read_methods", grpc.patterns());
            valueUnlessNull("grpc.descriptor_set", grpc.descriptorSet());
        }
    }

    private void changes(String key, RouteConfig.HeaderChanges changes) {
        if (!changes.equals(RouteConfig.HeaderChanges.NONE)) {
            section(key);
            mapUnlessEmpty(key + ".set", changes.set());
            listUnlessEmpty(key + ".remove", new TreeSet<>(changes.remove()));
        }
    }

    private void timeouts() {
        section("timeouts");
        value("timeouts.connect", Quantity.print(upstream.connectTimeout()));
        value("timeouts.response", Quantity.print(route.timeouts().response()));
        value("timeouts.body", Quantity.print(route.timeouts().body()));
        valueUnless(route.timeouts().exchange().isZero(),
                "timeouts.exchange", Quantity.print(route.timeouts().exchange()));
        value("timeouts.idle", Quantity.print(upstream.idleTimeout()));
        valueUnless(upstream.lifetime().isZero(),
                "timeouts.lifetime", Quantity.print(upstream.lifetime()));
    }

    private void limits() {
        RouteConfig.Limits limits = route.limits();
        section("limits");
        valueUnless(limits.bodyBytesMax() == 0,
                "limits.body", Quantity.printSize(limits.bodyBytesMax()));
        valueUnless(limits.exchangesMax() == 0, "limits.exchanges", "" + limits.exchangesMax());
        valueUnless(upstream.connectionsMax() == 0,
                "limits.connections", "" + upstream.connectionsMax());
        value("limits.idle_connections", "" + upstream.idleConnectionsMax());
        if (limits.perToken() != null) {
            value("limits.rate", RouteForms.printRate(limits.perToken()));
            value("limits.burst", "" + limits.perToken().burst());
        }
    }

    private void health() {
        UpstreamConfig.Health health = upstream.health();
        if (health.path() != null) {
            section("health");
            value("health.path", health.path());
            value("health.interval", Quantity.print(health.interval()));
            value("health.timeout", Quantity.print(health.timeout()));
            value("health.unhealthy_after", "" + health.unhealthyAfter());
            value("health.healthy_after", "" + health.healthyAfter());
        }
    }

    private void balance() {
        UpstreamConfig.Outliers outliers = upstream.outliers();
        section("outliers");
        value("outliers.consecutive_failures", "" + outliers.consecutiveFailures());
        value("outliers.ejection", Quantity.print(outliers.ejection()));
        value("outliers.ejection_max", Quantity.print(outliers.ejectionMax()));
        value("outliers.ejected_percent_max", "" + outliers.ejectedPercentMax());
        section("retry");
        value("retry.attempts", "" + upstream.retry().attempts());
        value("retry.budget_percent", "" + upstream.retry().budgetPercent());
        value("retry.budget_min", "" + upstream.retry().budgetMin());
        valueUnless(upstream.slowStart().isZero(),
                "slow_start", Quantity.print(upstream.slowStart()));
    }

    private void section(String key) {
        lines.accept("    " + key + ":", null);
    }

    private void valueUnlessNull(String path, Object value) {
        valueUnless(value == null, path, String.valueOf(value));
    }

    private void valueUnless(boolean absent, String path, String value) {
        if (!absent) {
            value(path, value);
        }
    }

    private void value(String path, String value) {
        line(path, scalar(value));
    }

    private void listUnlessEmpty(String path, Collection<String> values) {
        if (!values.isEmpty()) {
            line(path, list(values));
        }
    }

    private void mapUnlessEmpty(String path, Map<String, String> values) {
        if (!values.isEmpty()) {
            StringJoiner fields = new StringJoiner(", ", "{", "}");
            new TreeMap<>(values).forEach(
                    (name, value) -> fields.add(scalar(name) + ": " + scalar(value)));
            line(path, fields.toString());
        }
    }

    private void line(String path, String value) {
        int dot = path.indexOf('.');
        String indent = dot < 0 ? "    " : "      ";
        lines.accept(indent + path.substring(dot + 1) + ": " + value, origin(path));
    }

    private Origin origin(String path) {
        return application.origins().getOrDefault(path, Origin.DEFAULT);
    }

    private static String list(Collection<String> values) {
        StringJoiner list = new StringJoiner(", ", "[", "]");
        values.forEach(value -> list.add(scalar(value)));
        return list.toString();
    }

    private static String scalar(String value) {
        return ConfigPrinter.scalar(value);
    }
}
