package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.route.RouteConfig;
import dev.portcullis.gateway.route.RouteException;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Applications come, go and move while requests are served. */
@Timeout(120)
class RouteChangesTest {
    private static final int CHANGES = 100;
    private static final int CLIENTS = 8;
    private static final int REQUESTS_BETWEEN = 20;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean done;

    RouteChangesTest() {
        gateway.settings().application("stays", "", "/").application("moves", "", "/moves")
                .application("comes", "", "/comes");
    }

    private ApplicationConfig at(int upstream, RouteConfig route) {
        return new ApplicationConfig(
                route, UpstreamConfig.of(gateway.upstream(upstream).uri()));
    }

    /** One of four states, each unlike the one before it. */
    private List<ApplicationConfig> state(int change) {
        List<ApplicationConfig> applications = new ArrayList<>();
        if (change % 2 == 0) {
            applications.add(at(2, route("comes").path("/comes").build()));
        }
        applications.add(at(0, route("stays").build()));
        applications.add(at(change % 4 < 2 ? 1 : 2, route("moves").path("/moves").build()));
        return applications;
    }

    @Test
    void routesChangeAgainAndAgainUnderLoad_noRequestFails() throws Exception {
        for (int i = 0; i < 3; i++) {
            String name = "upstream " + i;
            gateway.upstream(i).otherwise(seen -> Answer.ok(name));
        }
        Set<String> seen = new ConcurrentSkipListSet<>();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(threads.submit(() -> load(seen)));
            }
            for (int change = 0; change < CHANGES; change++) {
                int before = answered.get();
                gateway.gateway().serve(state(change));
                await().until(() -> answered.get() >= before + REQUESTS_BETWEEN
                        || running.stream().anyMatch(Future::isDone));
            }
            done = true;
            for (Future<?> one : running) {
                one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(new TreeSet<>(seen)).containsExactly(
                "/ upstream 0", "/comes upstream 0", "/comes upstream 2",
                "/moves upstream 1", "/moves upstream 2");
    }

    private Void load(Set<String> seen) throws IOException {
        try (RawClient client = gateway.connect()) {
            while (!done) {
                for (String path : List.of("/", "/moves", "/comes")) {
                    HttpMessage response = client.exchange(
                            request("POST", path, gateway.writer(), "some body"));
                    assertThat(response.status()).as(path).isEqualTo(200);
                    seen.add(path + " " + response.text());
                    answered.incrementAndGet();
                }
            }
        }
        return null;
    }

    @Test
    void requestInFlight_endsWhereItBegan() throws Exception {
        FakeUpstream leaving = gateway.upstream(2);
        CountDownLatch go = new CountDownLatch(1);
        leaving.enqueue(Answer.nothing().waitFor(go)
                .send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold"));
        try (RawClient client = gateway.connect();
                RawClient uploading = gateway.connect()) {
            client.send(request("GET", "/comes", gateway.reader(), ""));
            await().until(() -> leaving.seen().size() == 1);
            uploading.send("POST /comes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                    + gateway.writer() + "\r\nContent-Length: 6\r\n\r\nabc");
            await().until(() -> leaving.connections() == 2);
            gateway.gateway().serve(List.of(at(0, route("stays").build())));
            assertThat(gateway.get("/comes", gateway.reader()).status()).isEqualTo(200);
            assertThat(gateway.upstream(0).takeRequest().target()).isEqualTo("/comes");
            go.countDown();
            assertThat(client.receive().text()).isEqualTo("old");
            assertThat(uploading.send("def").receive("POST").text()).isEqualTo("abcdef");
            // the same connection is served by what is in force now
            assertThat(client.exchange(request("GET", "/comes", gateway.reader(), "")).status())
                    .isEqualTo(200);
            assertThat(gateway.upstream(0).takeRequest().target()).isEqualTo("/comes");
        }
        await().until(() -> leaving.openConnections() == 0);
    }

    @Test
    void routesThatCannotBe_leaveThoseThatAre() throws Exception {
        assertThatThrownBy(() -> gateway.gateway().serve(List.of(
                at(1, route("stays").build()), at(1, route("stays").path("/x;y").build()))))
                .isInstanceOf(RouteException.class)
                .hasMessageContaining("stays: name: there are two of it")
                .hasMessageContaining("'/x;y' is not a path");
        assertThat(gateway.get("/x", gateway.reader()).status()).isEqualTo(200);
        assertThat(gateway.upstream(0).takeRequest().target()).isEqualTo("/x");
    }

    @Test
    void noApplications_nothingIsServed() throws Exception {
        gateway.gateway().serve(List.of());
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(404);
        gateway.gateway().serve(state(0));
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
    }
}
