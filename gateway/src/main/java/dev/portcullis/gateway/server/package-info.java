/**
 * The client's side on the wire: listening, connections, their limits and deadlines, HTTP/1.1
 * and HTTP/2 in and out. The one place where a client's pipeline is built.
 *
 * <p>May import: {@code exchange}, {@code http1}, {@code http2}, {@code relay}, {@code rewrite},
 * {@code upstream}, {@code outcome}, {@code protect}, {@code tls}, {@code watch}, {@code
 * core.access}, Netty transport, Netty HTTP codec, SLF4J.
 */
package dev.portcullis.gateway.server;
