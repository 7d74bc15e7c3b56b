/**
 * Connections to the applications: one pool for each application on each event loop, so that an
 * exchange never leaves its loop. A connection is leased for one exchange and is reused only after
 * a clean message boundary. Which addresses get requests is decided for all loops in {@link
 * dev.portcullis.gateway.upstream.Cluster}; which of them gets this one, on the loop.
 *
 * <p>May import: the JDK, Netty transport, handlers and HTTP codec, {@code http1}, {@code http2},
 * {@code relay}, {@code rewrite} (for what is sent), {@code outcome}, {@code tls},
 * SLF4J.
 */
package dev.portcullis.gateway.upstream;
