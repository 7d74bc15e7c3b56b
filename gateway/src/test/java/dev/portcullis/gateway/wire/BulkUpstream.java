package dev.portcullis.gateway.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Answers {@code GET /<n>} with n octets of the {@link BulkBody}, and anything that has a body with
 * the checksum of it, as a header.
 */
final class BulkUpstream implements AutoCloseable {
    private final ServerSocket server;

    private BulkUpstream(ServerSocket server) {
        this.server = server;
    }

    static BulkUpstream start() throws IOException {
        BulkUpstream upstream = new BulkUpstream(
                new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
        run("bulk-upstream-accept", upstream::accept);
        return upstream;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private static void run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                run("bulk-upstream", () -> serve(socket));
            }
        } catch (IOException e) {
            // closed: that is how accepting ends
        }
    }

    /** A connection that breaks shows at the client: its checksum never comes. */
    private static void serve(Socket socket) {
        try (BulkConnection client = new BulkConnection(socket)) {
            for (String head = client.head(); !head.isEmpty(); head = client.head()) {
                long length = BulkConnection.length(head);
                if (length > 0) {
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Checksum: "
                            + client.checksum(length) + "\r\n\r\n");
                } else {
                    long wanted = Long.parseLong(head.split(" ")[1].substring(1));
                    client.send("HTTP/1.1 200 OK\r\nContent-Length: " + wanted + "\r\n\r\n")
                            .sendBody(wanted);
                }
            }
        } catch (IOException e) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
