package dev.portcullis.cli.config;

import dev.portcullis.cli.Version;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.doors.DoorsConfig;
import dev.portcullis.gateway.l2.RedisConfig;
import dev.portcullis.gateway.l2.RedisPassword;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.server.ListenerConfig;
import dev.portcullis.gateway.server.ServerConfig;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.trace.TracingConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** From the configuration to what the gateway is told. */
public final class GatewayMapping {
    private GatewayMapping() {}

    /**
     * The gateway's part.
     *
     * @throws ConfigException when a host to listen on is not known
     */
    public static GatewayConfig gateway(Configuration config) {
        return new GatewayConfig(
                server(config), applications(config), tls(config), protection(config),
                doors(config),
                records(config).named(config.get(Settings.GATEWAY_ID), Version.number()),
                redis(config),
                AccessLogConfig.to(config.get(Settings.ACCESS_LOG)), tracing(config),
                config.get(Settings.TOKENS_MARK), config.peppers());
    }

    /** What is served. */
    public static List<ApplicationConfig> applications(Configuration config) {
        return config.applications().stream().map(Application::config).toList();
    }

    private static ServerConfig server(Configuration config) {
        List<ListenerConfig> listeners = new ArrayList<>();
        listeners.add(new ListenerConfig(Listens.resolve(config, Settings.LISTEN), false));
        if (config.get(Settings.TLS_LISTEN) != null) {
            listeners.add(new ListenerConfig(Listens.resolve(config, Settings.TLS_LISTEN), true));
        }
        return new ServerConfig(
                listeners,
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

    /** Null where no listener speaks it. */
    private static TlsConfig tls(Configuration config) {
        if (config.get(Settings.TLS_LISTEN) == null) {
            return null;
        }
        return new TlsConfig(
                config.get(Settings.TLS_CERTIFICATES).files(),
                config.get(Settings.TLS_CLIENT_CERTIFICATES),
                config.get(Settings.TLS_CLIENT_CA),
                config.get(Settings.TLS_MIN_VERSION));
    }

    private static ProtectionConfig protection(Configuration config) {
        return new ProtectionConfig(
                ranges(config, Settings.TRUSTED_PROXIES),
                ranges(config, Settings.PROXY_PROTOCOL),
                config.get(Settings.LIMITS_CONNECTIONS_PER_ADDRESS),
                config.get(Settings.LIMITS_FAILED_ATTEMPTS),
                config.get(Settings.LIMITS_FAILED_ATTEMPTS_PERIOD),
                config.get(Settings.LIMITS_EXCHANGES));
    }

    private static List<Cidr> ranges(Configuration config, Setting<List<Cidr>> setting) {
        List<Cidr> ranges = config.get(setting);
        return ranges == null ? List.of() : ranges;
    }

    private static DoorsConfig doors(Configuration config) {
        boolean external = config.get(Settings.EXTERNAL_AUTHORIZATION_LISTEN) != null;
        return new DoorsConfig(
                config.get(Settings.FORWARD_AUTH),
                external ? Listens.resolve(config, Settings.EXTERNAL_AUTHORIZATION_LISTEN) : null);
    }

    private static TracingConfig tracing(Configuration config) {
        return new TracingConfig(
                config.get(Settings.TRACING_ENDPOINT),
                config.get(Settings.TRACING_SERVICE_NAME),
                config.get(Settings.TRACING_SAMPLED_PERCENT));
    }

    /** Null where there is no shared cache. */
    private static RedisConfig redis(Configuration config) {
        List<Address> nodes = config.get(Settings.REDIS_NODES);
        if (nodes == null) {
            return null;
        }
        Path password = config.get(Settings.REDIS_PASSWORD_FILE);
        return new RedisConfig(
                config.get(Settings.REDIS_MODE),
                nodes.stream()
                        .map(node -> new RedisConfig.Node(node.host(), node.port()))
                        .toList(),
                sentinels(config),
                config.get(Settings.REDIS_USER),
                password == null ? null : RedisPassword.in(password),
                config.get(Settings.REDIS_TLS),
                config.get(Settings.REDIS_CA),
                config.get(Settings.REDIS_TIMEOUT),
                config.get(Settings.REDIS_TTL));
    }

    /** Null where none are asked. */
    private static RedisConfig.Sentinels sentinels(Configuration config) {
        String master = config.get(Settings.REDIS_SENTINEL_MASTER);
        Path password = config.get(Settings.REDIS_SENTINEL_PASSWORD_FILE);
        return master == null ? null : new RedisConfig.Sentinels(
                master, config.get(Settings.REDIS_SENTINEL_USER),
                password == null ? null : RedisPassword.in(password));
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
