package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigPrinterTest {
    private static final String PRINTED = """
            data: "/var/lib/with space"                 # gateway.yaml:1:7
            listen: 127.0.0.1:8080                      # default
            admin_listen: 127.0.0.1:7070                # default
            rest_listen: 127.0.0.1:7071                 # default
            management_listen: 127.0.0.1:7072           # default
            forward_auth: false                         # default
            max_staleness: 90s                          # --max-staleness
            event_loops: 0                              # default
            access_log: off                             # PORTCULLIS_ACCESS_LOG
            drain_timeout: 10s                          # default
            tls:
              client_certificates: none                 # default
              min_version: 1.2                          # default
            tokens:
              mark: pc                                  # default
              default_lifetime: 360d                    # default
              max_lifetime: 365d                        # default
              allow_non_expiring: false                 # default
              exchanged_lifetime: 1h                    # default
              live_keys_max: 2                          # default
              revoke_family_on_reuse: false             # default
            limits:
              connections: 10000                        # default
              head: 20KiB                               # gateway.yaml:2:16
              request_line: 16KiB                       # default
              headers: 100                              # default
              connections_per_address: 0                # default
              exchanges: 20000                          # default
              failed_attempts: 6000                     # default
              failed_attempts_period: 1m                # default
            timeouts:
              head: 10s                                 # default
              body: 1m                                  # default
              idle: 75s                                 # default
              connect: 2s                               # --timeouts-connect
              response: 1m                              # default
              upstream_idle: 30s                        # default
            cache:
              credentials: 200000                       # default
              principals: 100000                        # default
              unknown: 50000                            # default
              unknown_ttl: 30s                          # default
            redis:
              mode: single                              # default
              tls: false                                # default
              timeout: 20ms                             # default
              ttl: 10m                                  # default
            tracing:
              service_name: portcullis                  # default
              sampled_percent: 100                      # default
            applications:
              - name: billing                           # gateway.yaml:4:5
                host: billing.example.com               # gateway.yaml:4:27
                path: /                                 # default
                upstream: http://10.0.0.7:3000          # gateway.yaml:4:60
                protocol: http/1.1                      # default
                auth: token                             # default
                timeouts:
                  connect: 2s                           # --timeouts-connect
                  response: 1m                          # default
                  body: 1m                              # default
                  idle: 30s                             # default
                limits:
                  idle_connections: 256                 # default
                outliers:
                  consecutive_failures: 5               # default
                  ejection: 10s                         # default
                  ejection_max: 5m                      # default
                  ejected_percent_max: 50               # default
                retry:
                  attempts: 2                           # default
                  budget_percent: 20                    # default
                  budget_min: 3                         # default
            """;

    @Test
    void printed_showsValuesAndOrigins() {
        Configuration config = ConfigLoader.loadText("gateway.yaml", """
                data: /var/lib/with space
                limits: {head: 20KiB}
                applications:
                  - {name: billing, host: 'billing.example.com', upstream: 'http://10.0.0.7:3000'}
                """, Map.of("PORTCULLIS_ACCESS_LOG", "off"), Map.of(
                "--max-staleness", "90s", "--timeouts-connect", "2s"));

        assertThat(ConfigPrinter.print(config)).isEqualTo(PRINTED);
    }

    @Test
    void printed_canBeReadBack() {
        Configuration config = ConfigLoader.loadText("f", """
                data: "a: b # \\"\\\\"
                access_log: "\\u00e9 \\U0001F600"
                bootstrap_token_file: "- x"
                listen: '[::1]:0'
                tokens: {allow_non_expiring: true}
                applications:
                  - {name: '1', host: '[::2]', path: "/a'(b", upstream: 'http://[::1]:9'}
                  - {name: 'null', path: /~x, upstream: 'http://true'}
                """, Map.of(), Map.of());

        Configuration again =
                ConfigLoader.loadText("g", ConfigPrinter.print(config), Map.of(), Map.of());

        for (Setting<?> setting : Settings.all()) {
            assertThat(again.<Object>get(cast(setting))).isEqualTo(config.get(cast(setting)));
        }
        assertThat(GatewayMapping.applications(again))
                .isEqualTo(GatewayMapping.applications(config));
    }

    @SuppressWarnings("unchecked") // only compared
    private static Setting<Object> cast(Setting<?> setting) {
        return (Setting<Object>) setting;
    }
}
