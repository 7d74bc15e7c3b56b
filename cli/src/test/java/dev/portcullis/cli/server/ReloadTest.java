package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cli.config.ConfigSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The configuration is loaded again while the gateway serves. Who asks for a path without a token
 * is answered 401 where there is an application, and 404 where there is none.
 */
class ReloadTest {
    @TempDir
    private Path temporary;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RecordingUpstream upstream;
    private Path file;
    private Standalone standalone;
    private Reload reload;
    private LogCapture log;

    @BeforeEach
    void start() throws IOException {
        upstream = RecordingUpstream.start(false);
        file = temporary.resolve("gateway.yaml");
        write("");
        ConfigSource source = new ConfigSource(file,
                Map.of("PORTCULLIS_ADMIN_LISTEN", "127.0.0.1:0"),
                Map.of("--listen", "127.0.0.1:0", "--rest-listen", "127.0.0.1:0",
                        "--management-listen", "127.0.0.1:0"));
        reload = new Reload(source);
        standalone = Standalone.start(reload.first());
        reload.begin(standalone);
        log = LogCapture.of(Reload.class);
    }

    @AfterEach
    void stop() {
        log.close();
        reload.close();
        standalone.close();
        upstream.close();
    }

    @Test
    void applicationsThatAreAddedRemovedAndChanged_areServedSo() throws Exception {
        write(application("a", "/a") + application("b", "/b"));
        lookTwice();
        assertThat(log.take()).containsExactly("INFO configuration reloaded: added a, b");
        assertThat(status("/a")).isEqualTo(401);

        write(application("c", "/c") + application("b", "/b").replace("path: /b", "path: /bb"));
        lookTwice();
        assertThat(log.take()).containsExactly(
                "INFO configuration reloaded: added c; removed a; changed b");
        assertThat(status("/a")).isEqualTo(404);
        assertThat(status("/b")).isEqualTo(404);
        assertThat(status("/bb")).isEqualTo(401);
        assertThat(status("/c")).isEqualTo(401);
    }

    @Test
    void badFile_keepsWhatIsInEffectAndSaysEachMistakeOnce() throws Exception {
        write(application("a", "/a"));
        lookTwice();
        log.take();

        write(application("A", "/x") + "    hst: x\n");
        lookTwice();
        lookTwice();
        assertThat(log.take()).containsExactly(
                "ERROR configuration not reloaded, what was in effect stays: 2 mistakes in the "
                        + "configuration",
                "ERROR " + file + ":7:11: applications: name: 'A' is not 1 to 63 of a-z, 0-9 and -",
                "ERROR " + file + ":10:5: applications: hst: unknown key; did you mean 'host'?");
        assertThat(status("/a")).isEqualTo(401);
        assertThat(status("/x")).isEqualTo(404);

        Files.delete(file);
        lookTwice();
        assertThat(log.take()).contains("ERROR " + file + ": no such file");
        assertThat(status("/a")).isEqualTo(401);

        write(application("a", "/a"));
        lookTwice();
        assertThat(log.take()).containsExactly(
                "INFO configuration reloaded: no application has changed");
    }

    @Test
    void fileThatIsStillBeingWritten_isLeftAlone() throws Exception {
        String whole = application("a", "/a") + application("b", "/b");
        write(application("a", "/a"));
        reload.look();
        write(whole.substring(0, whole.length() - 3));
        reload.look();
        assertThat(log.take()).isEmpty();
        write(whole);
        reload.look();
        assertThat(log.take()).isEmpty();

        reload.look();
        assertThat(log.take()).containsExactly("INFO configuration reloaded: added a, b");
    }

    @Test
    void settingsThatAreReadAtTheStartAlone_areNamed() throws Exception {
        String file = "limits: {headers: 7}\ntls: {min_version: '1.3'}\n"
                + "timeouts: {connect: 3s}\nlisten: 127.0.0.1:1\n";
        write(file, "");
        lookTwice();
        assertThat(log.take()).containsExactly("INFO configuration reloaded: changed first; "
                + "tls.min_version, limits.headers take effect at the next start");

        // touched and not changed: nothing to be said again
        write(file + "# more\n", "");
        lookTwice();
        assertThat(log.take()).isEmpty();
    }

    @Test
    void asked_saysThatNothingHasChanged() {
        reload.start(standalone);
        reload.request();

        Awaitility.await().untilAsserted(() -> assertThat(log.take()).containsExactly(
                "INFO configuration reloaded: no application has changed"));
    }

    @Test
    void loads_areCounted() throws Exception {
        write("    x: y\n");
        lookTwice();
        write(application("a", "/a"));
        lookTwice();

        String metrics = http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                + standalone.managementAddress().getPort() + "/metrics")).build(),
                BodyHandlers.ofString()).body();
        assertThat(metrics).contains(
                "portcullis_configuration_loads_total{result=\"good\"} 2.0\n",
                "portcullis_configuration_loads_total{result=\"bad\"} 1.0\n");
        assertThat(metrics).containsPattern(
                "portcullis_configuration_last_good_load_timestamp_seconds 1\\.[0-9]+E9\n");
    }

    @Test
    void manyReloadsUnderLoad_failNoRequest() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        write(open("first"));
        lookTwice();
        for (int i = 0; i < 4; i++) {
            clients.add(CompletableFuture.runAsync(() -> {
                while (!stop.get()) {
                    // one connection each, kept alive by the client
                    assertThat(body("/first/thing")).isEqualTo("hello");
                    answered.incrementAndGet();
                }
            }));
        }
        for (int round = 0; round < 25; round++) {
            // now and then the upstream of what is asked for changes, too
            String slow = round % 3 == 0 ? "    timeouts: {connect: " + (round + 1) + "s}\n" : "";
            write(open("first") + slow + application("more-" + round, "/more-" + round));
            lookTwice();
            int before = answered.get();
            Awaitility.await().pollInterval(1, TimeUnit.MILLISECONDS)
                    .until(() -> answered.get() > before + 8
                            || clients.stream().anyMatch(CompletableFuture::isDone));
        }
        stop.set(true);
        for (CompletableFuture<Void> client : clients) {
            client.get(20, TimeUnit.SECONDS);
        }
        assertThat(log.take()).hasSize(26).allMatch(line -> line.startsWith("INFO"));
        assertThat(answered.get()).isGreaterThan(200);
    }

    private String body(String path) {
        try {
            var answer = http.send(request(path), BodyHandlers.ofString());
            return answer.statusCode() == 200 ? answer.body() : "status " + answer.statusCode();
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    private int status(String path) throws IOException, InterruptedException {
        return http.send(request(path), BodyHandlers.discarding()).statusCode();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + standalone.gatewayAddress().getPort() + path)).build();
    }

    private void lookTwice() {
        reload.look();
        reload.look();
    }

    private String application(String name, String path) {
        return "  - name: " + name + "\n    path: " + path + "\n    upstream: " + upstream.url()
                + "\n";
    }

    private String open(String name) {
        return application(name, "/" + name) + "    auth: none\n";
    }

    private void write(String applications) throws IOException {
        write("", applications);
    }

    /** With an application named first, where there is no other of that name. */
    private void write(String settings, String applications) throws IOException {
        String first = applications.contains("name: first") ? "" : application("first", "/first");
        Files.writeString(file, "data: " + temporary.resolve("data") + "\naccess_log: 'off'\n"
                + settings + "applications:\n" + first + applications);
    }
}
