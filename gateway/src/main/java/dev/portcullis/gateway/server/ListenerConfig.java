package dev.portcullis.gateway.server;

import java.net.InetSocketAddress;

/**
 * One place to listen at.
 *
 * @param tls whether TLS is spoken there, with HTTP/2 by ALPN; in clear text HTTP/2 is spoken with
 *     clients that begin with it
 */
public record ListenerConfig(InetSocketAddress address, boolean tls) {}
