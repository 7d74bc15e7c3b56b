package dev.portcullis.gateway.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The downstream side: where to listen and what a client may take.
 *
 * @param listeners at least one
 * @param eventLoops threads that carry all traffic; 0 means one for each processor
 * @param connectionsMax open client connections; one more is closed at once
 * @param headBytesMax a longer request head gets 431
 * @param requestLineBytesMax a longer request line gets 414
 * @param headersMax more header lines get 431
 * @param headTimeout from the first octet of a head to its last
 * @param bodyTimeout without any progress of a body, in either direction
 * @param idleTimeout a kept-alive connection without a request
 * @param drainTimeout what is in flight at shutdown is given this long
 */
public record ServerConfig(
        List<ListenerConfig> listeners,
        int eventLoops,
        int connectionsMax,
        int headBytesMax,
        int requestLineBytesMax,
        int headersMax,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        Duration drainTimeout) {

    /** Copies what could change. */
    public ServerConfig {
        listeners = List.copyOf(listeners);
    }

    /** Sensible limits for everything but the address, in clear text. */
    public static ServerConfig defaults(InetSocketAddress listen) {
        return new ServerConfig(
                List.of(new ListenerConfig(listen, false)),
                0,
                10_000,
                32 * 1024,
                16 * 1024,
                100,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(75),
                Duration.ofSeconds(10));
    }
}
