package dev.portcullis.benchmarks.compare;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One request on a connection of its own, for what is tried before anything is measured. */
final class Probe {
    private Probe() {}

    /**
     * The status that a token gets; null sends none. A 200 with another body than the upstream's is
     * an error.
     */
    static int status(int port, String token) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            String head = "GET /orders/42 HTTP/1.1\r\nHost: api.example.com\r\n"
                    + (token == null ? "" : "Authorization: Bearer " + token + "\r\n") + "\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = head(socket.getInputStream());
            int status = Integer.parseInt(answer.split(" ")[1]);
            if (status == 200 && !Arrays.equals(
                    socket.getInputStream().readNBytes(Upstream.BODY.length), Upstream.BODY)) {
                throw new IOException("the body is not the upstream's");
            }
            return status;
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("the connection ended within the answer's head");
            }
            head.append((char) octet);
        }
        return head.toString();
    }
}
