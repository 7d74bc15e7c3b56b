package dev.portcullis.gateway;

import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.net.URI;

/**
 * An application: a named route and the upstream behind it. Immutable; no field is null.
 *
 * @param route which requests, and what holds on them
 * @param upstream where they go
 */
public record ApplicationConfig(RouteConfig route, UpstreamConfig upstream) {
    /** A plain one: a host, or any ({@code ""}), a path prefix and one endpoint. */
    public static ApplicationConfig of(String name, String host, String path, URI upstream) {
        return new ApplicationConfig(
                RouteConfig.of(name, host, path), UpstreamConfig.of(upstream));
    }

    /** The name, which bindings refer to. */
    public String name() {
        return route.name();
    }
}
