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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    private int idleConnectionsMax = 256;
    private Duration headTimeout = server.headTimeout();
    private Duration bodyTimeout = server.bodyTimeout();
    private Duration drainTimeout = server.drainTimeout();
    private Duration responseTimeout = RouteConfig.Timeouts.DEFAULTS.response();
    private boolean keepsBodies = true;
    private boolean accessLog = true;
    private Duration reportInterval = RecordsConfig.defaults().usageInterval();
    private Peppers peppers = Peppers.NONE;
    private ProtectionConfig protection = ProtectionConfig.DEFAULTS;
    private TlsConfig tls;
    private UpstreamConfig.Protocol protocol = UpstreamConfig.Protocol.HTTP_1_1;
    private URI otherUpstream;
    private Duration exchangeTimeout = Duration.ZERO;

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
        idleConnectionsMax = count;
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

    /** Whom it believes, and what it bears. */
    public GatewaySettings protection(ProtectionConfig config) {
        protection = config;
        return this;
    }

    /** Listens at a second place, for TLS; {@link GatewayFixture#tlsAddress} says where. */
    public GatewaySettings tls(TlsConfig with) {
        tls = with;
        return this;
    }

    /** Sends everything to a server that is not the fixture's, in that protocol. */
    public GatewaySettings upstream(URI address, UpstreamConfig.Protocol spoken) {
        otherUpstream = address;
        protocol = spoken;
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

    boolean keepsBodies() {
        return keepsBodies;
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
                .map(app -> application(app, upstreams.get(app.upstream())))
                .toList();
        String target = accessLog ? logFile.toString() : AccessLogConfig.OFF;
        return new GatewayConfig(
                serverConfig(), configured, tls, protection, DoorsConfig.NONE,
                recordsConfig(), AccessLogConfig.to(target), TracingConfig.OFF, "pc", peppers);
    }

    private ApplicationConfig application(Application app, URI upstream) {
        RouteConfig route = app.route();
        UpstreamConfig usual =
                UpstreamConfig.of(otherUpstream == null ? upstream : otherUpstream);
        return new ApplicationConfig(
                new RouteConfig(route.name(), route.match(), route.authenticated(),
                        route.rules(), route.grpc(), route.prefix(), route.request(),
                        route.response(),
                        new RouteConfig.Timeouts(responseTimeout, Duration.ZERO, exchangeTimeout),
                        route.limits()),
                new UpstreamConfig(
                        usual.endpoints(), protocol, usual.tls(), usual.connectTimeout(),
                        usual.idleTimeout(), usual.lifetime(), idleConnectionsMax,
                        usual.connectionsMax(), usual.health(), usual.outliers(), usual.retry(),
                        usual.slowStart()));
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
