package dev.portcullis.gateway.wire;

import dev.portcullis.gateway.testkit.FakeUpstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.Set;

/**
 * An upstream that listens, but whose queue of connections is full: who connects waits until
 * somebody is accepted.
 */
final class BusyListener implements AutoCloseable {
    private static final int CONNECT_MILLIS = 300;
    private static final int ACCEPT_MILLIS = 20_000;
    private static final int QUEUE_MAX = 64;

    private final ServerSocket server = new ServerSocket();
    private final Set<Socket> queued = new HashSet<>();

    private BusyListener(InetSocketAddress address) throws IOException {
        server.setReuseAddress(true);
        server.bind(address, 1);
        server.setSoTimeout(ACCEPT_MILLIS);
        while (queueOne()) {
            if (queued.size() > QUEUE_MAX) {
                throw new AssertionError("the queue is never full");
            }
        }
    }

    /** Listens where an upstream did, which stops. */
    static BusyListener inPlaceOf(FakeUpstream upstream) throws IOException {
        upstream.refuse();
        return new BusyListener(upstream.address());
    }

    private boolean queueOne() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(server.getLocalSocketAddress(), CONNECT_MILLIS);
            queued.add(socket);
            return true;
        } catch (SocketTimeoutException full) {
            socket.close();
            return false;
        }
    }

    /** Makes room, and accepts the first connection that is not one of those that filled it. */
    Socket acceptStranger() throws IOException {
        Set<Integer> own = new HashSet<>();
        for (Socket socket : queued) {
            own.add(socket.getLocalPort());
        }
        Socket accepted = server.accept();
        while (own.contains(accepted.getPort())) {
            accepted.close();
            accepted = server.accept();
        }
        return accepted;
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        server.close();
    }
}
