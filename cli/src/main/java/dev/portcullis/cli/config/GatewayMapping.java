package dev.portcullis.cli.config;

import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.route.ApplicationConfig;
import dev.portcullis.gateway.server.ServerConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
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
                .map(application -> new ApplicationConfig(application.name(), application.host(),
                        application.path(), application.upstream().uri()))
                .toList();
        return new GatewayConfig(server(config), applications, upstream(config), records(config),
                AccessLogConfig.to(config.get(Settings.ACCESS_LOG)),
                config.get(Settings.TOKENS_MARK),
                config.peppers());
    }

    private static ServerConfig server(Configuration config) {
        return new ServerConfig(
                Listens.resolve(config, Settings.LISTEN),
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

    private static UpstreamConfig upstream(Configuration config) {
        return new UpstreamConfig(
                config.get(Settings.TIMEOUTS_CONNECT),
                config.get(Settings.TIMEOUTS_RESPONSE),
                config.get(Settings.TIMEOUTS_UPSTREAM_IDLE),
                UpstreamConfig.defaults().idleConnectionsMax());
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
