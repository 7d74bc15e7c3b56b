package dev.portcullis.cli.config;

import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.doors.DoorsConfig;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.server.ListenerConfig;
import dev.portcullis.gateway.server.ServerConfig;
import dev.portcullis.gateway.trace.TracingConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.time.Duration;
import java.util.List;

/** From the configuration to what the gateway is told. */
public final class GatewayMapping {
    private GatewayMapping() {}

    /**
     * The gateway's part.
     *
     * @throws ConfigException when the host to listen on is not known
     */
    public static GatewayConfig gateway(Configuration config) {
        List<ApplicationConfig> applications = config.applications().stream()
                .map(application -> application(config, application))
                .toList();
        return new GatewayConfig(
                server(config), applications, null, ProtectionConfig.DEFAULTS, DoorsConfig.NONE,
                records(config), AccessLogConfig.to(config.get(Settings.ACCESS_LOG)),
                TracingConfig.OFF, config.get(Settings.TOKENS_MARK), config.peppers());
    }

    private static ApplicationConfig application(Configuration config, Application application) {
        RouteConfig route =
                RouteConfig.of(application.name(), application.host(), application.path());
        UpstreamConfig upstream = UpstreamConfig.of(application.upstream().uri());
        return new ApplicationConfig(
                new RouteConfig(
                        route.name(), route.match(), route.authenticated(), route.rules(),
                        route.grpc(), route.prefix(), route.request(), route.response(),
                        new RouteConfig.Timeouts(config.get(Settings.TIMEOUTS_RESPONSE),
                                Duration.ZERO, Duration.ZERO),
                        route.limits()),
                new UpstreamConfig(
                        upstream.endpoints(), upstream.protocol(), upstream.tls(),
                        config.get(Settings.TIMEOUTS_CONNECT),
                        config.get(Settings.TIMEOUTS_UPSTREAM_IDLE), upstream.lifetime(),
                        upstream.idleConnectionsMax(), upstream.connectionsMax(),
                        upstream.health(), upstream.outliers(), upstream.retry(),
                        upstream.slowStart()));
    }

    private static ServerConfig server(Configuration config) {
        return new ServerConfig(
                List.of(new ListenerConfig(Listens.resolve(config, Settings.LISTEN), false)),
                config.get(Settings.EVENT_LOOPS),
                config.get(Settings.LIMITS_CONNECTIONS),
                config.get(Settings.LIMITS_HEAD),
                config.get(Settings.LIMITS_REQUEST_LINE),
                config.get(Settings.LIMITS_HEADERS),
                config.get(Settings.TIMEOUTS_HEAD),
                config.get(Settings.TIMEOUTS_BODY),
                config.get(Settings.TIMEOUTS_IDLE),
                config.get(Settings.DRAIN_TIMEOUT));
    }

    private static RecordsConfig records(Configuration config) {
        RecordsConfig usual = RecordsConfig.defaults();
        return new RecordsConfig(
                config.get(Settings.CACHE_CREDENTIALS),
                config.get(Settings.CACHE_PRINCIPALS),
                config.get(Settings.CACHE_UNKNOWN),
                config.get(Settings.CACHE_UNKNOWN_TTL),
                usual.resolveTimeout(),
                usual.resolvesMax(),
                usual.usageInterval());
    }
}
