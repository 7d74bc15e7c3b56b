package dev.portcullis.gateway.testkit;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A real HTTP/1.1 server that does what the test says: answers from a queue, or by default an echo.
 * It keeps every request it saw, octet by octet, and reads them strictly: a malformed one ends its
 * connection and stands in {@link #faults}. Any thread.
 */
public final class FakeUpstream implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<HttpMessage> untaken = new LinkedBlockingQueue<>();
    private final List<HttpMessage> seen = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final boolean keepBodies;
    private final SSLContext tls;
    private final boolean asksForCertificates;
    private final InetSocketAddress address;
    private volatile ServerSocket server;
    private volatile Thread accepting;
    private volatile Function<HttpMessage, Answer> fallback = FakeUpstream::echo;

    private FakeUpstream(boolean keepBodies, SSLContext tls, boolean asksForCertificates)
            throws IOException {
        this.keepBodies = keepBodies;
        this.tls = tls;
        this.asksForCertificates = asksForCertificates;
        listen(0);
        this.address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    /** A server on a free port of 127.0.0.1. */
    public static FakeUpstream start() throws IOException {
        return new FakeUpstream(true, null, false);
    }

    /** One that speaks TLS. */
    static FakeUpstream start(SSLContext tls, boolean asksForCertificates) throws IOException {
        return new FakeUpstream(true, tls, asksForCertificates);
    }

    /** One that counts the octets of bodies and keeps none. */
    public static FakeUpstream startCounting() throws IOException {
        return new FakeUpstream(false, null, false);
    }

    private void listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 512);
        server = socket;
        accepting = run("fake-upstream-accept", () -> accept(socket));
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** {@code http://127.0.0.1:port}, or {@code https}. */
    public URI uri() {
        return URI.create((tls == null ? "http://" : "https://") + authority());
    }

    /** {@code 127.0.0.1:port}. */
    public String authority() {
        return "127.0.0.1:" + address.getPort();
    }

    /** Answers the next request that has no answer yet with this. */
    public FakeUpstream enqueue(Answer answer) {
        answers.add(answer);
        return this;
    }

    /** Answers everything that nothing was enqueued for with this. */
    public FakeUpstream otherwise(Function<HttpMessage, Answer> answer) {
        fallback = answer;
        return this;
    }

    /** 200 with the request's body, or its method and target when it has none. */
    public static Answer echo(HttpMessage request) {
        String text = request.bodyBytes() > 0
                ? request.text()
                : request.method() + " " + request.target();
        if (request.method().equals("HEAD")) {
            return Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n");
        }
        return Answer.ok(text);
    }

    /** The next request nobody took; waits for it. */
    public HttpMessage takeRequest() throws InterruptedException {
        HttpMessage request = untaken.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("no request reached the upstream");
        }
        return request;
    }

    /** Every request so far. */
    public List<HttpMessage> seen() {
        return List.copyOf(seen);
    }

    /** What was malformed about requests; a gateway must never cause any. */
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

    /** Octets received so far, over all connections. */
    public long bytesSeen() {
        return bytes.get();
    }

    /** Answers of the queue that nothing has asked for yet. */
    public int answersLeft() {
        return answers.size();
    }

    /** Forgets the answers of the queue that nothing has asked for. */
    public void forgetAnswers() {
        answers.clear();
    }

    /** Closes all connections, and refuses new ones until {@link #listenAgain}. */
    public void refuse() throws IOException {
        server.close();
        // until it has noticed, the kernel keeps the port
        join(List.of(accepting));
        closeConnections();
    }

    /** Listens again on the same port. */
    public void listenAgain() throws IOException {
        listen(address.getPort());
    }

    /** Closes the connections that are open now. */
    public void closeConnections() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket socket = from.accept();
                connections.incrementAndGet();
                open.add(socket);
                run("fake-upstream", () -> serve(socket));
            }
        } catch (IOException e) {
            // the server socket was closed: that is how accepting ends
            if (!from.isClosed()) {
                faults.add("accept: " + e);
            }
        }
    }

    private Thread run(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        threads.removeIf(old -> !old.isAlive() && old.getState() == Thread.State.TERMINATED);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private Socket secured(Socket plain) throws IOException {
        if (tls == null) {
            return plain;
        }
        SSLSocket socket = (SSLSocket) tls.getSocketFactory()
                .createSocket(plain, null, plain.getPort(), true);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(asksForCertificates);
        return socket;
    }

    private void serve(Socket plain) {
        try (plain; Socket socket = secured(plain)) {
            plain.setTcpNoDelay(true);
            HttpReader reader = new HttpReader(counted(socket.getInputStream()), keepBodies);
            boolean more = true;
            while (more) {
                more = serveOne(socket, reader);
            }
        } catch (MalformedMessage e) {
            faults.add(e.getMessage());
        } catch (IOException e) {
            // the peer, or this test, broke the connection: what was seen of it stands in seen()
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(plain);
        }
    }

    private boolean serveOne(Socket socket, HttpReader reader)
            throws IOException, InterruptedException {
        HttpReader.Head head = reader.requestHead();
        if (head == null) {
            return false;
        }
        Answer answer = answers.poll();
        if (answer != null) {
            answer.runOnHead(socket);
        }
        if (answer != null && answer.isEarly()) {
            answer.run(socket);
            if (!answer.isLast()) {
                readBody(reader, head);
            } else {
                record(reader.broken(head));
            }
        } else {
            HttpMessage request = readBody(reader, head);
            answer = answer == null ? fallback.apply(request) : answer;
            answer.run(socket);
        }
        return !answer.isLast();
    }

    private HttpMessage readBody(HttpReader reader, HttpReader.Head head) throws IOException {
        try {
            HttpMessage request = reader.requestBody(head);
            record(request);
            return request;
        } catch (IOException e) {
            record(reader.broken(head));
            throw e;
        }
    }

    private void record(HttpMessage request) {
        // one that only counts lives through very many requests
        if (keepBodies) {
            seen.add(request);
            untaken.add(request);
        }
    }

    private InputStream counted(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int count = super.read(into, from, length);
                bytes.addAndGet(Math.max(0, count));
                return count;
            }
        };
    }

    /** Stops listening, closes all connections and waits for its threads. */
    @Override
    public void close() throws IOException {
        refuse();
        for (Thread thread : threads) {
            thread.interrupt();
        }
        join(threads);
    }

    private static void join(Iterable<Thread> ended) {
        try {
            for (Thread thread : ended) {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
