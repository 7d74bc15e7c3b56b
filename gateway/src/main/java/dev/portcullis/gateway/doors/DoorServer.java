package dev.portcullis.gateway.doors;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Where Envoy asks: a gRPC server in clear text, for a loopback address or a network that is
 * trusted as the asker itself is. Life: {@link #start}, {@link #close}. Any thread.
 */
public final class DoorServer implements AutoCloseable {
    /** The fields of a request, and no body. */
    private static final int MESSAGE_BYTES_MAX = 128 * 1024;
    private static final int CALLS_MAX = 256;
    private static final int RESETS_MAX = 200;
    private static final int RESETS_SECONDS = 10;
    private static final int HANDSHAKE_SECONDS = 10;
    private static final int STOP_SECONDS = 5;

    private final InetSocketAddress listen;
    private final Server server;

    /** Answers there by that service. */
    public DoorServer(InetSocketAddress listen, ExternalAuthorization service) {
        this.listen = listen;
        server = NettyServerBuilder.forAddress(listen, InsecureServerCredentials.create())
                // a question is only handed over to an event loop of the gateway
                .directExecutor()
                .addService(service)
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .maxConcurrentCallsPerConnection(CALLS_MAX)
                .maxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build();
    }

    /**
     * Listens.
     *
     * @throws IOException when the address cannot be had; the message says which
     */
    public void start() throws IOException {
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "external authorisation cannot listen on " + listen + ": " + e.getMessage(), e);
        }
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getListenSockets().get(0);
    }

    /** Takes no question any more; those that were asked are answered. */
    public void drain() {
        server.shutdown();
    }

    /** Ends, after a moment for what is being answered. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
