package dev.portcullis.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.access.Role;
import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayStats;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real gateway on a free port of 127.0.0.1, between real upstreams and an origin in memory, with
 * a reader and a writer in it. In a static field it serves all tests of the class, in an instance
 * field one test.
 *
 * <p>After each test it finds out what leaked: no exchange in progress, no leased upstream
 * connection, no malformed octet at an upstream, no error logged or uncaught, no lost buffer (in a
 * static field: after the last test), and exactly one line in the access log for each exchange.
 */
public final class GatewayFixture
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback,
        AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long SEED = 7;

    private final GatewaySettings settings = new GatewaySettings();
    private final TestTime time = new TestTime();
    private final List<FakeUpstream> upstreams = new ArrayList<>();
    private boolean shared;
    private LogRecorder logs;
    private FakeOrigin origin;
    private Gateway gateway;
    private Path logFile;
    private String reader;
    private String writer;
    private int linesRead;

    private GatewayFixture() {}

    /** One that is not started: JUnit does that, or {@link #start}. */
    public static GatewayFixture create() {
        return new GatewayFixture();
    }

    /** What may be changed before it starts. */
    public GatewaySettings settings() {
        return settings;
    }

    /** The names of its applications, in the order of their upstreams. */
    public List<String> applications() {
        return settings.applications().stream().map(GatewaySettings.Application::name).toList();
    }

    /** Starts it, and waits until it can verify. */
    public GatewayFixture start() throws IOException {
        LeakCheck.arm();
        logs = LogRecorder.open();
        origin = FakeOrigin.start();
        // tests put the clocks forward, and mean deadlines, not leases
        origin.setLeaseMillis(Duration.ofHours(1).toMillis());
        reader = origin.addToken(origin.addUser("reader", Role.READER));
        writer = origin.addToken(origin.addUser("writer", Role.WRITER));
        Map<Integer, URI> addresses = new HashMap<>();
        int count = settings.applications().size() + settings.upstream().endpoints() - 1;
        for (int i = 0; i < count; i++) {
            FakeUpstream upstream = settings.newUpstream();
            upstreams.add(upstream);
            addresses.put(i, upstream.uri());
        }
        logFile = Files.createTempFile("access", ".log");
        gateway = Gateway.create(
                settings.config(addresses, logFile), origin.channel(), time.environment(SEED));
        gateway.start();
        await().atMost(PATIENCE).until(gateway::ready);
        return this;
    }

    /** The gateway under test. */
    public Gateway gateway() {
        return gateway;
    }

    /** The only upstream, or the first. */
    public FakeUpstream upstream() {
        return upstreams.get(0);
    }

    /** The upstream of an application, in the order they were added; then further endpoints. */
    public FakeUpstream upstream(int index) {
        return upstreams.get(index);
    }

    /** Where users and tokens come from. */
    public FakeOrigin origin() {
        return origin;
    }

    /** The gateway's clocks. */
    public TestTime time() {
        return time;
    }

    /** A token that may read. */
    public String reader() {
        return reader;
    }

    /** A token that may read and write. */
    public String writer() {
        return writer;
    }

    /** A new connection to the gateway. */
    public RawClient connect() throws IOException {
        return RawClient.connect(gateway.address());
    }

    /** Where it speaks TLS, when it does. */
    public InetSocketAddress tlsAddress() {
        return gateway.addresses().get(1);
    }

    /** A new connection to the gateway over TLS, naming no host. */
    public RawClient connect(SSLContext tls) throws IOException {
        return RawClient.over(tls.getSocketFactory().createSocket(
                tlsAddress().getAddress(), tlsAddress().getPort()));
    }

    /** A request of one's own on a connection of its own. */
    public HttpMessage exchange(String request) throws IOException {
        try (RawClient client = connect()) {
            return client.exchange(request);
        }
    }

    /** GET with that token (none when null) on a connection of its own. */
    public HttpMessage get(String path, String token) throws IOException {
        return exchange(request("GET", path, token, ""));
    }

    /** A plain request, as text. */
    public static String request(String method, String path, String token, String body) {
        String bearer = token == null ? "" : "Authorization: Bearer " + token + "\r\n";
        String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        return method + " " + path + " HTTP/1.1\r\nHost: app.example\r\n" + bearer + length
                + "\r\n" + body;
    }

    /** Waits until nothing is going on any more, and gives the log lines since the last call. */
    public List<String> newLogLines() throws IOException {
        awaitQuiet();
        List<String> lines = Files.readAllLines(logFile, StandardCharsets.US_ASCII);
        List<String> fresh = List.copyOf(lines.subList(linesRead, lines.size()));
        linesRead = lines.size();
        return fresh;
    }

    /**
     * Everything that was logged, access log and diagnostics, to look for what must not be there.
     */
    public String everythingLogged() throws IOException {
        awaitQuiet();
        return Files.readString(logFile, StandardCharsets.ISO_8859_1)
                + String.join("\n", logs.lines());
    }

    /** Errors that a test has provoked: taken, so that they do not count as trouble. */
    public List<String> takeTroubles() {
        awaitQuiet();
        return logs.takeTroubles();
    }

    /** Waits until all exchanges have ended and are logged. */
    private void awaitQuiet() {
        GatewayStats stats = gateway.stats();
        await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> {
                    assertThat(stats.exchanges().inProgress()).as("exchanges in progress").isZero();
                    assertThat(stats.upstream().leased()).as("leased connections").isZero();
                    if (settings.logs()) {
                        assertThat(stats.accessLog().linesWritten())
                                .as("one line for each exchange")
                                .isEqualTo(stats.exchanges().finished());
                    }
                });
    }

    /** Asserts that nothing leaked so far. */
    public void check() {
        awaitQuiet();
        assertThat(gateway.stats().accessLog().linesDropped()).as("dropped log lines").isZero();
        for (FakeUpstream upstream : upstreams) {
            assertThat(upstream.faults()).as("malformed requests at the upstream").isEmpty();
        }
        assertThat(logs.takeTroubles()).as("errors logged or uncaught").isEmpty();
    }

    private void checkBuffers() {
        LeakCheck.provoke();
        assertThat(logs.takeTroubles()).as("lost buffers").isEmpty();
    }

    /** Checks, and stops everything. */
    @Override
    public void close() throws IOException {
        try {
            check();
        } finally {
            stop();
        }
        checkBuffers();
    }

    private void stop() throws IOException {
        gateway.close();
        origin.close();
        for (FakeUpstream upstream : upstreams) {
            upstream.close();
        }
        upstreams.clear();
        logs.close();
        Files.delete(logFile);
        linesRead = 0;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        shared = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        if (!shared) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        if (shared) {
            check();
        } else {
            close();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (shared) {
            close();
        }
    }
}
