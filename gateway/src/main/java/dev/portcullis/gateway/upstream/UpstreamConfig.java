package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.tls.ClientTlsConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where an application is and how it is reached. Immutable; no field is null unless it says so.
 *
 * @param endpoints {@code http://host:port} or {@code https://host:port}, without path; at least
 *     one, all of one scheme
 * @param protocol what is spoken there
 * @param tls for {@code https} endpoints; ignored for others
 * @param connectTimeout then 504
 * @param idleTimeout a pooled connection unused for this long is closed
 * @param lifetime a connection older than this is not used for another exchange; zero: no bound
 * @param idleConnectionsMax pooled connections for each endpoint and event loop
 * @param connectionsMax open connections to each endpoint from each event loop; 0: no bound
 * @param health how endpoints are asked whether they are well
 * @param outliers how endpoints are judged by what they answer
 * @param retry what is sent again
 * @param slowStart how long an endpoint that has become well gets less than its share; zero: not
 */
public record UpstreamConfig(
        List<URI> endpoints,
        Protocol protocol,
        Tls tls,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration lifetime,
        int idleConnectionsMax,
        int connectionsMax,
        Health health,
        Outliers outliers,
        Retry retry,
        Duration slowStart) {

    /** Copies what could change. */
    public UpstreamConfig {
        endpoints = List.copyOf(endpoints);
    }

    /** Sensible limits for everything but the place. */
    public static UpstreamConfig of(URI... endpoints) {
        return new UpstreamConfig(
                List.of(endpoints), Protocol.HTTP_1_1, Tls.DEFAULTS,
                Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ZERO, 256, 0,
                Health.NONE, Outliers.DEFAULTS, Retry.DEFAULTS, Duration.ZERO);
    }

    /** Whether TLS is spoken there. */
    public boolean isSecure() {
        return "https".equalsIgnoreCase(endpoints.get(0).getScheme());
    }

    /** How TLS is spoken, where it is. */
    public ClientTlsConfig clientTls() {
        return new ClientTlsConfig(
                tls.ca(), tls.certificate(), tls.key(), tls.serverName(), protocol.offered());
    }

    /** What is spoken with an upstream. */
    public enum Protocol {
        HTTP_1_1,
        /** HTTP/2: by ALPN over TLS, with prior knowledge in clear text. */
        HTTP_2,
        /** HTTP/2 where ALPN agrees on it, else HTTP/1.1. */
        AUTO;

        /** What is offered by ALPN (RFC 7301), best first. */
        List<String> offered() {
            return switch (this) {
                case HTTP_1_1 -> List.of("http/1.1");
                case HTTP_2 -> List.of("h2");
                case AUTO -> List.of("h2", "http/1.1");
            };
        }
    }

    /**
     * How an upstream's certificate is verified and ours is shown. It is always verified, its name
     * too.
     *
     * @param ca PEM file of the authorities believed; null: those of the machine
     * @param certificate PEM file of our chain, null for none
     * @param key PEM file of its key; null for none
     * @param serverName for SNI and verification; null: the endpoint's host
     */
    public record Tls(Path ca, Path certificate, Path key, String serverName) {
        /** The machine's authorities, no certificate of ours. */
        public static final Tls DEFAULTS = new Tls(null, null, null, null);
    }

    /**
     * Active health checks: {@code GET path}, where 2xx is well.
     *
     * @param path null: none are made
     * @param interval between two checks of an endpoint
     * @param timeout of one check
     * @param unhealthyAfter failures in a row
     * @param healthyAfter successes in a row
     */
    public record Health(
            String path, Duration interval, Duration timeout, int unhealthyAfter,
            int healthyAfter) {
        /**
         * Checks the path, which becomes part of a request.
         *
         * @throws IllegalArgumentException when it is no path, with or without a query
         */
        public Health {
            if (path != null && !path.matches("/[!-~]*")) {
                throw new IllegalArgumentException("not a path of visible ASCII: " + path);
            }
        }

        /** No checks. */
        public static final Health NONE =
                new Health(null, Duration.ofSeconds(5), Duration.ofSeconds(2), 3, 2);
    }

    /**
     * Passive health: an endpoint that fails again and again gets no requests for a while.
     *
     * @param consecutiveFailures no connection, no answer, or 502, 503, 504; 0: never ejected
     * @param ejection how long, times the number of ejections so far
     * @param ejectionMax the longest
     * @param ejectedPercentMax of the endpoints; one always stays
     */
    public record Outliers(
            int consecutiveFailures, Duration ejection, Duration ejectionMax,
            int ejectedPercentMax) {
        /** Five failures, from 10 s up to 5 minutes, at most half of the endpoints. */
        public static final Outliers DEFAULTS =
                new Outliers(5, Duration.ofSeconds(10), Duration.ofMinutes(5), 50);
    }

    /**
     * How often a request is sent again of which nothing was sent, or with which the application
     * said that it did nothing. What bounds this does not bound that a safe request that met a dead
     * kept connection is sent once more, nor that the further addresses of a name are tried.
     *
     * @param attempts of one request, the first included; 1: never again
     * @param budgetPercent retries in progress, of the application's requests in progress
     * @param budgetMin retries in progress that are always allowed
     */
    public record Retry(int attempts, int budgetPercent, int budgetMin) {
        /** Once more, for a fifth of the requests. */
        public static final Retry DEFAULTS = new Retry(2, 20, 3);
    }
}
