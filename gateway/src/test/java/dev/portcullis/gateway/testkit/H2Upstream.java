package dev.portcullis.gateway.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/**
 * A real HTTP/2 server, in clear text with prior knowledge, that does frame by frame what the test
 * says: each connection runs a script, by default an echo. Any thread.
 */
public final class H2Upstream implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    /** What a connection does; it is closed at the end. */
    public interface Script {
        void run(H2Connection connection) throws Exception;
    }

    private final ServerSocket server;
    private final BlockingQueue<Script> scripts = new LinkedBlockingQueue<>();
    private final BlockingQueue<H2Connection.Request> untaken = new LinkedBlockingQueue<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();

    private H2Upstream(ServerSocketFactory sockets) throws IOException {
        server = sockets.createServerSocket(0, 512, InetAddress.getByName("127.0.0.1"));
    }

    /** A server on a free port of 127.0.0.1. */
    public static H2Upstream start() throws IOException {
        return new H2Upstream(ServerSocketFactory.getDefault()).started();
    }

    /** One that speaks TLS, and agrees on these by ALPN. */
    public static H2Upstream start(SSLContext tls, String... protocols) throws IOException {
        H2Upstream upstream = new H2Upstream(tls.getServerSocketFactory());
        SSLServerSocket socket = (SSLServerSocket) upstream.server;
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return upstream.started();
    }

    private H2Upstream started() {
        run(this::accept);
        return this;
    }

    /** {@code http://127.0.0.1:port}, or {@code https}. */
    public URI uri() {
        String scheme = server instanceof SSLServerSocket ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort());
    }

    /** The next connection that has no script yet runs this one. */
    public H2Upstream enqueue(Script script) {
        scripts.add(script);
        return this;
    }

    /** Answers every request with its body, or with its method and path when it has none. */
    public static void echo(H2Connection connection) throws IOException {
        connection.begin();
        while (true) {
            H2Connection.Request request = connection.takeWhole();
            String text = request.body().length > 0
                    ? request.text() : request.field(":method") + " " + request.field(":path");
            connection.headers(request.stream(), false, ":status", "200");
            connection.data(request.stream(), text, true);
        }
    }

    /** The next request that nobody took; waits for it. */
    public H2Connection.Request takeRequest() throws InterruptedException {
        H2Connection.Request request = untaken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request reached the upstream");
        }
        return request;
    }

    void saw(H2Connection.Request request) {
        untaken.add(request);
    }

    /** What was wrong with what came, or with a script. */
    public List<String> faults() {
        return List.copyOf(faults);
    }

    /** Connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections that are open now. */
    public int openConnections() {
        return open.size();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                run(() -> serve(socket));
            }
        } catch (IOException e) {
            // the server socket was closed: that is how accepting ends
            if (!server.isClosed()) {
                faults.add("accept: " + e);
            }
        }
    }

    private void run(Runnable work) {
        Thread thread = new Thread(work, "h2-upstream");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void serve(Socket socket) {
        Script script = scripts.poll();
        try (socket) {
            socket.setTcpNoDelay(true);
            (script == null ? (Script) H2Upstream::echo : script)
                    .run(new H2Connection(this, socket));
        } catch (MalformedMessage e) {
            faults.add(e.getMessage());
        } catch (IOException e) {
            // the peer, or the test, ended the connection
            open.remove(socket);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception | AssertionError e) {
            faults.add(e.toString());
        } finally {
            open.remove(socket);
        }
    }

    /** Stops listening, closes all connections and waits for its threads. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        for (Thread thread : threads) {
            thread.interrupt();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
