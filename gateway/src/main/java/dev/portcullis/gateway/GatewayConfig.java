package dev.portcullis.gateway;

import dev.portcullis.core.token.Peppers;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.route.ApplicationConfig;
import dev.portcullis.gateway.server.ServerConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.util.List;

/**
 * Everything a gateway can be told, split into what each package needs. Immutable; no field is
 * null.
 *
 * @param tokenMark the mark all credentials begin with, {@code pc} unless configured
 * @param peppers that hashes were made with
 */
public record GatewayConfig(
        ServerConfig server,
        List<ApplicationConfig> applications,
        UpstreamConfig upstream,
        RecordsConfig records,
        AccessLogConfig accessLog,
        String tokenMark,
        Peppers peppers) {

    /** Without peppers. */
    public GatewayConfig(
            ServerConfig server,
            List<ApplicationConfig> applications,
            UpstreamConfig upstream,
            RecordsConfig records,
            AccessLogConfig accessLog,
            String tokenMark) {
        this(server, applications, upstream, records, accessLog, tokenMark, Peppers.NONE);
    }

    /** Copies what could change. */
    public GatewayConfig {
        applications = List.copyOf(applications);
    }
}
