package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
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

    private static final int ROUND_TRIPS = 8;

    private final GatewayFixture gateway;
    private final ServerSocket server = new ServerSocket();
    private final Set<Socket> queued = new HashSet<>();

    private BusyListener(GatewayFixture gateway) throws IOException {
        this.gateway = gateway;
        server.setReuseAddress(true);
        server.bind(gateway.upstream().address(), 1);
        server.setSoTimeout(ACCEPT_MILLIS);
        while (queueOne()) {
            if (queued.size() > QUEUE_MAX) {
                throw new AssertionError("the queue is never full");
            }
        }
    }

    /** Listens where the upstream of a gateway did, which stops. */
    static BusyListener inPlaceOf(GatewayFixture gateway) throws IOException {
        // so that the reader's records are in memory
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        gateway.upstream().refuse();
        return new BusyListener(gateway);
    }

    /** Sends a request, and waits until it is permitted and a connection is being opened for it. */
    RawClient sendAndAwaitVerdict(String token) throws IOException {
        RawClient client = gateway.connect();
        client.send(GatewayFixture.request("GET", "/", token, ""));
        await().until(() -> gateway.gateway().stats().exchanges().inProgress() == 1);
        // it has begun; a round trip on each loop, and the task that began it has ended
        for (int i = 0; i < ROUND_TRIPS; i++) {
            assertThat(gateway.get("/", null).status()).isEqualTo(401);
        }
        return client;
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
