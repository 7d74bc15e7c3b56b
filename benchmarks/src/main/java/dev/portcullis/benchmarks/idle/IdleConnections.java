package dev.portcullis.benchmarks.idle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens kept-alive connections to a gateway in a process of its own, each with one request behind
 * it, and tells how much more heap and buffer memory the gateway uses for them. Ends with 1 when
 * that is 200 MiB or more. Each of the two processes needs a descriptor for each connection.
 */
public final class IdleConnections {
    private static final int CONNECTIONS = 10_000;
    private static final long BYTES_MAX = 200L << 20;
    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private IdleConnections() {}

    /** An argument is the number of connections, 10,000 without. */
    public static void main(String[] arguments) throws IOException {
        int connections = arguments.length == 0 ? CONNECTIONS : Integer.parseInt(arguments[0]);
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"),
                IdleGateway.class.getName(), Integer.toString(connections))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<SocketChannel> open = new ArrayList<>();
        try (BufferedReader answers = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            int port = Integer.parseInt(answers.readLine());
            open.add(used(port));
            long before = ask(process, answers);
            while (open.size() <= connections) {
                open.add(used(port));
            }
            long cost = ask(process, answers) - before;
            System.out.printf("%,d idle connections cost %,d KiB, %,d octets each%n",
                    connections, cost / 1024, cost / connections);
            System.exit(cost < BYTES_MAX ? 0 : 1);
        } finally {
            process.destroy();
        }
    }

    /** A connection on which a request was answered. */
    private static SocketChannel used(int port) throws IOException {
        SocketChannel client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        client.write(ByteBuffer.wrap(REQUEST));
        if (client.read(ByteBuffer.allocate(4096)) <= 0) {
            throw new IOException("the gateway has closed a connection; are there enough"
                    + " descriptors (ulimit -n)?");
        }
        return client;
    }

    private static long ask(Process process, BufferedReader answers) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return Long.parseLong(answers.readLine());
    }
}
