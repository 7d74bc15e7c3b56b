package dev.portcullis.gateway.testkit;

import dev.portcullis.gateway.upstream.UpstreamConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig.Health;
import dev.portcullis.gateway.upstream.UpstreamConfig.Outliers;
import dev.portcullis.gateway.upstream.UpstreamConfig.Retry;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** What a test wants of its upstreams to be otherwise than usual. Not thread-safe. */
public final class UpstreamSettings {
    private static final UpstreamConfig USUAL =
            UpstreamConfig.of(URI.create("http://127.0.0.1:80"));

    private int endpoints = 1;
    private UpstreamConfig.Protocol protocol = USUAL.protocol();
    private UpstreamConfig.Tls tls = USUAL.tls();
    private Duration connectTimeout = USUAL.connectTimeout();
    private Duration idleTimeout = USUAL.idleTimeout();
    private Duration lifetime = USUAL.lifetime();
    private int idleConnectionsMax = USUAL.idleConnectionsMax();
    private int connectionsMax = USUAL.connectionsMax();
    private Health health = USUAL.health();
    private Outliers outliers = USUAL.outliers();
    private Retry retry = USUAL.retry();
    private Duration slowStart = USUAL.slowStart();

    /** The usual ones. */
    public UpstreamSettings() {}

    /** How many upstreams each application has; 1 at first. */
    public UpstreamSettings endpoints(int count) {
        endpoints = count;
        return this;
    }

    /** What is spoken with them. */
    public UpstreamSettings protocol(UpstreamConfig.Protocol spoken) {
        protocol = spoken;
        return this;
    }

    /** How their certificates are verified, and what is shown to them. */
    public UpstreamSettings tls(UpstreamConfig.Tls verified) {
        tls = verified;
        return this;
    }

    /** How long a connection may take to be opened. */
    public UpstreamSettings connectTimeout(Duration time) {
        connectTimeout = time;
        return this;
    }

    /** How long a connection is kept unused. */
    public UpstreamSettings idleTimeout(Duration time) {
        idleTimeout = time;
        return this;
    }

    /** How long a connection is used. */
    public UpstreamSettings lifetime(Duration time) {
        lifetime = time;
        return this;
    }

    /** How many pooled connections a loop keeps. */
    public UpstreamSettings idleConnectionsMax(int count) {
        idleConnectionsMax = count;
        return this;
    }

    /** How many connections a loop opens to an endpoint. */
    public UpstreamSettings connectionsMax(int count) {
        connectionsMax = count;
        return this;
    }

    /** How endpoints are checked. */
    public UpstreamSettings health(Health checks) {
        health = checks;
        return this;
    }

    /** How endpoints are judged by what they answer. */
    public UpstreamSettings outliers(Outliers judged) {
        outliers = judged;
        return this;
    }

    /** What is sent again. */
    public UpstreamSettings retry(Retry again) {
        retry = again;
        return this;
    }

    /** How long an endpoint that has become well gets less than its share. */
    public UpstreamSettings slowStart(Duration time) {
        slowStart = time;
        return this;
    }

    int endpoints() {
        return endpoints;
    }

    /** All that, for these endpoints. */
    public UpstreamConfig config(List<URI> uris) {
        return new UpstreamConfig(
                uris, protocol, tls, connectTimeout, idleTimeout, lifetime,
                idleConnectionsMax, connectionsMax, health, outliers, retry, slowStart);
    }
}
