package dev.portcullis.gateway.route;

import java.net.URI;

/**
 * A named route to one upstream.
 *
 * @param name what bindings refer to: 1 to 63 of {@code a-z0-9-}
 * @param host the host it is for, in lower case and without port, or empty for any
 * @param path the path prefix it is for, on segment boundaries; {@code /} for all
 * @param upstream {@code http://host:port}, without path
 */
public record ApplicationConfig(String name, String host, String path, URI upstream) {}
