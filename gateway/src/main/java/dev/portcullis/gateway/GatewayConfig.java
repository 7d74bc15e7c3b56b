package dev.portcullis.gateway;

import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.doors.DoorsConfig;
import dev.portcullis.gateway.l2.RedisConfig;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.server.ServerConfig;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.trace.TracingConfig;
import java.util.List;

/**
 * Everything a gateway can be told, split into what each package needs. Immutable; no field is
 * null unless it says so.
 *
 * @param applications what is served; {@link Gateway#serve} changes it later
 * @param tls for the listeners that speak it; null where none does
 * @param redis the shared cache; null where there is none
 * @param tokenMark the mark all credentials begin with, {@code pc} unless configured
 * @param peppers that hashes were made with
 */
public record GatewayConfig(
        ServerConfig server,
        List<ApplicationConfig> applications,
        TlsConfig tls,
        ProtectionConfig protection,
        DoorsConfig doors,
        RecordsConfig records,
        RedisConfig redis,
        AccessLogConfig accessLog,
        TracingConfig tracing,
        String tokenMark,
        Peppers peppers) {

    /** Copies what could change. */
    public GatewayConfig {
        applications = List.copyOf(applications);
    }

    /** What is usual, for a server and its applications. */
    public static GatewayConfig of(
            ServerConfig server, List<ApplicationConfig> applications, AccessLogConfig accessLog) {
        return new GatewayConfig(
                server, applications, null, ProtectionConfig.DEFAULTS, DoorsConfig.NONE,
                RecordsConfig.defaults(), null, accessLog, TracingConfig.OFF,
                TokenFormat.DEFAULT_MARK, Peppers.NONE);
    }
}
