package dev.portcullis.gateway.upstream;

import java.time.Duration;

/**
 * The upstream side.
 *
 * @param connectTimeout then 504
 * @param responseTimeout from the request's last octet, or from the last sign of progress, to the
 *     response head; then 504
 * @param idleTimeout a pooled connection unused for this long is closed
 * @param idleConnectionsMax pooled connections for each application and event loop
 */
public record UpstreamConfig(
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        int idleConnectionsMax) {

    /** Sensible limits. */
    public static UpstreamConfig defaults() {
        return new UpstreamConfig(
                Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(30), 256);
    }
}
