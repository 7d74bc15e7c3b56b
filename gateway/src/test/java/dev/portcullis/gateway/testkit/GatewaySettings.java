package dev.portcullis.gateway.testkit;

import dev.portcullis.core.token.Peppers;
import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.doors.DoorsConfig;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.server.ListenerConfig;
import dev.portcullis.gateway.server.ServerConfig;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.trace.TracingConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** What a test wants of its gateway to be otherwise than usual. Not thread-safe. */
public final class GatewaySettings {
    /** Where an application is served from; {@code upstream} counts the fixture's upstreams. */
    record Application(RouteConfig route, int upstream) {
        String name() {
            return route.name();
        }
    }

    private final List<Application> applications = new ArrayList<>();
    private final ServerConfig server =
            ServerConfig.defaults(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private int eventLoops = 2;
    private int connectionsMax = server.connectionsMax();
    private final UpstreamSettings upstream = new UpstreamSettings();
    private int exchangesMax;
    private Duration headTimeout = server.headTimeout();
    private Duration bodyTimeout = server.bodyTimeout();
    private Duration drainTimeout = server.drainTimeout();
    private Duration responseTimeout = RouteConfig.Timeouts.DEFAULTS.response();
    private boolean keepsBodies = true;
    private boolean accessLog = true;
    private Duration reportInterval = RecordsConfig.defaults().usageInterval();
    private Peppers peppers = Peppers.NONE;
    /** Tests fail on purpose, and all from one address: nobody is held back for it. */
    private ProtectionConfig protection = new ProtectionConfig(
            List.of(), List.of(), 0, 0, Duration.ofMinutes(1), 20_000);
    private RouteConfig.Rate perToken;
    private TracingConfig tracing = TracingConfig.OFF;
    private TlsConfig tls;
    private DoorsConfig doors = DoorsConfig.NONE;
    private URI otherUpstream;
    private Duration exchangeTimeout = Duration.ZERO;
    private SSLContext secureUpstreams;
    private boolean upstreamsAsk;

    GatewaySettings() {}

    /** Adds an application with an upstream of its own; without any there is one, at {@code /}. */
    public GatewaySettings application(String name, String host, String path) {
        return application(RouteConfig.of(name, host, path));
    }

    /** Adds an application with an upstream of its own; its time-outs are those of the rest. */
    public GatewaySettings application(RouteConfig route) {
        applications.add(new Application(route, applications.size()));
        return this;
    }

    /** How many event loops; 2 at first. */
    public GatewaySettings eventLoops(int count) {
        eventLoops = count;
        return this;
    }

    /** How many client connections there may be. */
    public GatewaySettings connectionsMax(int count) {
        connectionsMax = count;
        return this;
    }

    /** How many pooled upstream connections a loop keeps. */
    public GatewaySettings idleConnectionsMax(int count) {
        upstream.idleConnectionsMax(count);
        return this;
    }

    /** How upstreams are reached; their further endpoints are the first application's. */
    public UpstreamSettings upstream() {
        return upstream;
    }

    /** How many exchanges an application may have at once. */
    public GatewaySettings exchangesMax(int count) {
        exchangesMax = count;
        return this;
    }

    /** From the first octet of a head to its last. */
    public GatewaySettings headTimeout(Duration time) {
        headTimeout = time;
        return this;
    }

    /** Without progress of a body. */
    public GatewaySettings bodyTimeout(Duration time) {
        bodyTimeout = time;
        return this;
    }

    /** What is in flight at shutdown is given this long. */
    public GatewaySettings drainTimeout(Duration time) {
        drainTimeout = time;
        return this;
    }

    /** To the head of an application's response. */
    public GatewaySettings responseTimeout(Duration time) {
        responseTimeout = time;
        return this;
    }

    /** The upstreams count what they see and keep nothing, for very much of it. */
    public GatewaySettings countingUpstreams() {
        keepsBodies = false;
        return this;
    }

    /** How often uses and refusals are reported to the origin. */
    public GatewaySettings reportInterval(Duration time) {
        reportInterval = time;
        return this;
    }

    /** That hashes were made with; none at first. */
    public GatewaySettings peppers(Peppers held) {
        peppers = held;
        return this;
    }

    /** Where spans go; nowhere at first. */
    public GatewaySettings tracing(TracingConfig config) {
        tracing = config;
        return this;
    }

    /**
     * TLS is spoken with the upstreams.
     *
     * @param with what the upstreams show, and whom they trust
     * @param asks whether they ask for a certificate
     * @param verified how the gateway verifies them, and what it shows
     */
    public GatewaySettings secureUpstreams(
            SSLContext with, boolean asks, UpstreamConfig.Tls verified) {
        secureUpstreams = with;
        upstreamsAsk = asks;
        upstream.tls(verified);
        return this;
    }

    /** Whom it believes, and what it bears. */
    public GatewaySettings protection(ProtectionConfig config) {
        protection = config;
        return this;
    }

    /** What one credential may ask of each application. */
    public GatewaySettings perToken(RouteConfig.Rate rate) {
        perToken = rate;
        return this;
    }

    /** Listens at a second place, for TLS; {@link GatewayFixture#tlsAddress} says where. */
    public GatewaySettings tls(TlsConfig with) {
        tls = with;
        return this;
    }

    /** Where else the verdict can be asked for; nowhere at first. */
    public GatewaySettings doors(DoorsConfig open) {
        doors = open;
        return this;
    }

    /** Sends everything to a server that is not the fixture's, in that protocol. */
    public GatewaySettings upstream(URI address, UpstreamConfig.Protocol spoken) {
        otherUpstream = address;
        upstream.protocol(spoken);
        return this;
    }

    /** How long an exchange may take as a whole. */
    public GatewaySettings exchangeTimeout(Duration time) {
        exchangeTimeout = time;
        return this;
    }

    /** No access log is written, and none is checked. */
    public GatewaySettings withoutAccessLog() {
        accessLog = false;
        return this;
    }

    FakeUpstream newUpstream() throws IOException {
        if (secureUpstreams != null) {
            return FakeUpstream.start(secureUpstreams, upstreamsAsk);
        }
        return keepsBodies ? FakeUpstream.start() : FakeUpstream.startCounting();
    }

    boolean logs() {
        return accessLog;
    }

    List<Application> applications() {
        return applications.isEmpty()
                ? List.of(new Application(RouteConfig.of("default", "", "/"), 0))
                : List.copyOf(applications);
    }

    /** The configuration, with the addresses of the upstreams by their numbers. */
    GatewayConfig config(Map<Integer, URI> upstreams, Path logFile) {
        List<ApplicationConfig> configured = applications().stream()
                .map(app -> application(app, endpoints(app, upstreams)))
                .toList();
        String target = accessLog ? logFile.toString() : AccessLogConfig.OFF;
        return new GatewayConfig(
                serverConfig(), configured, tls, protection, doors,
                recordsConfig(), null, AccessLogConfig.to(target), tracing, "pc", peppers);
    }

    private List<URI> endpoints(Application app, Map<Integer, URI> upstreams) {
        if (otherUpstream != null) {
            return List.of(otherUpstream);
        }
        List<URI> endpoints = new ArrayList<>(List.of(upstreams.get(app.upstream())));
        for (int i = applications().size(); app.upstream() == 0 && i < upstreams.size(); i++) {
            endpoints.add(upstreams.get(i));
        }
        return endpoints;
    }

    private ApplicationConfig application(Application app, List<URI> endpoints) {
        RouteConfig route = app.route();
        RouteConfig.Limits limits = new RouteConfig.Limits(
                route.limits().bodyBytesMax(),
                exchangesMax == 0 ? route.limits().exchangesMax() : exchangesMax,
                perToken == null ? route.limits().perToken() : perToken);
        return new ApplicationConfig(
                new RouteConfig(route.name(), route.match(), route.authenticated(),
                        route.rules(), route.grpc(), route.prefix(), route.request(),
                        route.response(),
                        new RouteConfig.Timeouts(responseTimeout, Duration.ZERO, exchangeTimeout),
                        limits),
                upstream.config(endpoints));
    }

    private ServerConfig serverConfig() {
        List<ListenerConfig> listeners = new ArrayList<>(server.listeners());
        if (tls != null) {
            listeners.add(new ListenerConfig(listeners.get(0).address(), true));
        }
        return new ServerConfig(
                listeners, eventLoops, connectionsMax, server.headBytesMax(),
                server.requestLineBytesMax(), server.headersMax(), headTimeout, bodyTimeout,
                server.idleTimeout(), drainTimeout);
    }

    private RecordsConfig recordsConfig() {
        RecordsConfig usual = RecordsConfig.defaults();
        return new RecordsConfig(
                usual.credentialsMax(), usual.principalsMax(), usual.negativesMax(),
                usual.negativeTtl(), usual.resolveTimeout(), usual.resolvesMax(), reportInterval);
    }
}
