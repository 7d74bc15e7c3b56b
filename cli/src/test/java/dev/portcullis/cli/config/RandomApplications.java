package dev.portcullis.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Configurations that say what they can say, by chance, as a text that loads. */
final class RandomApplications {
    private final Random random;

    RandomApplications(Random random) {
        this.random = random;
    }

    String file() {
        StringBuilder file = new StringBuilder("data: d\n");
        maybe(file, "trusted_proxies", () -> any("[10.0.0.0/8, '::1']", "192.168.0.0/16"));
        maybe(file, "proxy_protocol", () -> "10.1.0.0/16");
        maybe(file, "forward_auth", () -> any("true", "false"));
        maybe(file, "external_authorization_listen", () -> "'[::1]:9001'");
        maybe(file, "tracing", () -> "{endpoint: 'http://c:4318/v1/traces', sampled_percent: "
                + random.nextInt(101) + ", service_name: 'a: \"b\"'}");
        maybe(file, "timeouts", () -> "{connect: " + time() + ", body: " + time() + "}");
        file.append("applications:\n");
        int applications = 1 + random.nextInt(4);
        for (int i = 0; i < applications; i++) {
            file.append("  - {").append(String.join(", ", application(i))).append("}\n");
        }
        return file.toString();
    }

    private List<String> application(int index) {
        List<String> fields = new ArrayList<>(List.of("name: a" + index, "path: /p" + index));
        boolean tls = random.nextBoolean();
        String scheme = tls ? "'https://" : "'http://";
        fields.add(any("upstream: " + scheme + "a'",
                "upstreams: [" + scheme + "a:1', " + scheme + "[::1]:2']"));
        add(fields, "host: " + any("a.b", "'*.b.c'", "'[::1]'", "10.0.0.1", "'null'"));
        add(fields, "methods: [" + any("GET", "POST, GET", "M-SEARCH, '1'") + "]");
        add(fields, "headers: {" + any("X-A: '*'", "x-a: 1, X-b: 'a, \"b\"\\'", "c: ':'")
                .replace("\\'", "'") + "}");
        add(fields, "protocol: " + any("http/1.1", "http/2", tls ? "auto" : "http/2"));
        if (tls) {
            add(fields, "upstream_tls: {server_name: a.b}");
        }
        add(fields, any("strip_prefix: true", "rewrite_prefix: /", "rewrite_prefix: /v2/~x"));
        protection(fields, index);
        add(fields, "request_headers: {set: {Host: 'a:1', X-E: '# \\ \"'}, remove: [A, b]}");
        add(fields, "response_headers: {remove: [Server]}");
        add(fields, "timeouts: {connect: " + time() + ", response: " + time() + ", body: " + time()
                + ", exchange: " + time() + ", idle: " + time() + ", lifetime: 1h}");
        add(fields, "health: {path: '/h?x=%20', interval: " + time() + ", timeout: 2s, "
                + "unhealthy_after: 5}");
        add(fields, "outliers: {consecutive_failures: 0, ejection: 1s, ejected_percent_max: 9}");
        add(fields, "retry: {attempts: " + (1 + random.nextInt(10)) + ", budget_percent: 0}");
        add(fields, "slow_start: 90s");
        return fields;
    }

    private void protection(List<String> fields, int index) {
        if (random.nextBoolean()) {
            fields.add("auth: none");
            add(fields, "limits: {body: 3KiB, exchanges: 7, connections: 2}");
            return;
        }
        String path = "/p" + index;
        add(fields, "rules: [{methods: [POST], path: " + path + "/s, access: read}, "
                + "{path: '" + path + "*', access: write}, {auth: none}]");
        add(fields, "grpc: {read_methods: ['/a.B/Get*', /a.B/C]}");
        add(fields, "limits: {rate: " + any("9/s, burst: 1", "60/m", "1/h") + ", body: 1GiB}");
    }

    private String time() {
        return (1 + random.nextInt(500)) + any("s", "ms").replace("ms", random.nextBoolean()
                ? "s" : "00ms");
    }

    private void maybe(StringBuilder file, String key, Supplier<String> value) {
        if (random.nextBoolean()) {
            file.append(key).append(": ").append(value.get()).append('\n');
        }
    }

    private void add(List<String> fields, String field) {
        if (random.nextBoolean()) {
            fields.add(field);
        }
    }

    private String any(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
