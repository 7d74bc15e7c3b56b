package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstream connections: kept and used again, and what happens when they are not there or die. */
@Timeout(60)
class UpstreamFaultsTest {
    private static final int ROUNDS = 20;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    UpstreamFaultsTest() {
        gateway.settings().eventLoops(1);
    }

    @Test
    void upstreamRefuses_502AtOnceAnd200WhenItListensAgain() throws Exception {
        gateway.upstream().refuse();
        long asked = gateway.time().nanoTime();
        HttpMessage response = gateway.get("/", gateway.reader());
        assertThat(gateway.time().nanoTime() - asked).isLessThan(TimeUnit.SECONDS.toNanos(2));
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("\"code\":\"upstream_unreachable\"");
        gateway.upstream().listenAgain();
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
    }

    @Test
    void requestsFollowOneAnother_oneUpstreamConnectionServesThem() throws Exception {
        assertThat(gateway.get("/1", gateway.reader()).status()).isEqualTo(200);
        assertThat(gateway.exchange(request("POST", "/2", gateway.writer(), "two")).text())
                .isEqualTo("two");
        assertThat(gateway.upstream().connections()).isEqualTo(1);
    }

    @Test
    void requestsComeAtOnce_eachHasAConnectionAndAllAreUsedAgain() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            gateway.upstream().enqueue(Answer.nothing().waitFor(release)
                    .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            clients.add(gateway.connect().send(request("GET", "/", gateway.reader(), "")));
            gateway.upstream().takeRequest();
        }
        release.countDown();
        for (RawClient client : clients) {
            assertThat(client.receive().status()).isEqualTo(200);
            client.close();
        }
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        }
        assertThat(gateway.upstream().connections()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keptConnectionDiesUnderAGet_itIsSentAgainAndAnswered(boolean reset) throws Exception {
        assertThat(gateway.get("/1", gateway.reader()).status()).isEqualTo(200);
        gateway.upstream().enqueue(reset ? Answer.nothing().reset() : Answer.nothing().close());
        assertThat(gateway.get("/2", gateway.reader()).text()).isEqualTo("GET /2");
        assertThat(gateway.upstream().seen()).extracting(HttpMessage::target)
                .containsExactly("/1", "/2", "/2");
        assertThat(gateway.upstream().connections()).isEqualTo(2);
    }

    @Test
    void newConnectionDiesToo_getFailsAfterOneRepetition() throws Exception {
        assertThat(gateway.get("/1", gateway.reader()).status()).isEqualTo(200);
        gateway.upstream().enqueue(Answer.nothing().close()).enqueue(Answer.nothing().close());
        HttpMessage response = gateway.get("/2", gateway.reader());
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("\"code\":\"upstream_closed\"");
        assertThat(gateway.upstream().seen()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a body"})
    void keptConnectionDiesUnderAPost_itIsNotRepeated(String body) throws Exception {
        assertThat(gateway.get("/1", gateway.reader()).status()).isEqualTo(200);
        gateway.upstream().enqueue(Answer.nothing().close());
        HttpMessage response = gateway.exchange(request("POST", "/2", gateway.writer(), body));
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("\"code\":\"upstream_closed\"");
        assertThat(gateway.upstream().seen()).extracting(HttpMessage::target)
                .containsExactly("/1", "/2");
    }

    /** Whether the gateway has noticed yet is chance: no GET may fail, and no POST be doubled. */
    @Test
    void upstreamClosesIdleConnections_getsPassAndPostsAreSentAtMostOnce() throws Exception {
        try (RawClient client = gateway.connect()) {
            for (int i = 0; i < ROUNDS; i++) {
                String path = "/get/" + i;
                HttpMessage got = client.exchange(request("GET", path, gateway.reader(), ""));
                assertThat(got.text()).isEqualTo("GET " + path);
                gateway.upstream().closeConnections();
                path = "/again/" + i;
                got = client.exchange(request("GET", path, gateway.reader(), ""));
                assertThat(got.text()).isEqualTo("GET " + path);
                gateway.upstream().closeConnections();
                HttpMessage posted =
                        client.exchange(request("POST", "/post/" + i, gateway.writer(), "once"));
                assertThat(posted.status()).isIn(200, 502);
            }
        }
        List<String> posts = gateway.upstream().seen().stream()
                .map(HttpMessage::target).filter(target -> target.startsWith("/post")).toList();
        assertThat(posts).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\npart",
            "Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", "\r\npart"})
    void upstreamResetsWithinItsBody_clientSeesThatItIsBroken(String response) throws Exception {
        for (String version : List.of("HTTP/1.1", "HTTP/1.0")) {
            CountDownLatch begun = new CountDownLatch(1);
            gateway.upstream().enqueue(Answer.raw("HTTP/1.1 200 OK\r\n" + response)
                    .waitFor(begun).reset());
            try (BulkConnection client = BulkConnection.to(gateway.gateway().address())) {
                client.send(request("GET", "/", gateway.reader(), "")
                        .replace("HTTP/1.1", version));
                String head = client.head();
                assertThat(head).startsWith("HTTP/1.1 200 ");
                begun.countDown();
                String body = client.rest();
                boolean whole = head.contains("Content-Length")
                        ? body.length() == BulkConnection.length(head)
                        : head.contains("chunked")
                                ? body.endsWith("0\r\n\r\n") : !client.wasReset();
                assertThat(whole).as("%s%s (whole)", head, body).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101})
    void interimResponsesHaveNoEnd_oneTooManyIsInvalid(int count) throws Exception {
        String interim = "HTTP/1.1 102 Processing\r\n\r\n";
        gateway.upstream().enqueue(Answer.raw(interim.repeat(count)
                + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/", gateway.reader(), ""));
            for (int i = 0; i < 100; i++) {
                assertThat(client.receiveAny("GET").status()).isEqualTo(102);
            }
            HttpMessage last = client.receiveAny("GET");
            assertThat(last.status()).isEqualTo(count == 100 ? 200 : 502);
            assertThat(last.text()).contains(count == 100 ? "" : "upstream_invalid");
            // each request has its own hundred, on a kept connection too
            gateway.upstream().enqueue(Answer.raw(interim
                    + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
            client.send(request("GET", "/", gateway.reader(), ""));
            assertThat(client.receiveAny("GET").status()).isEqualTo(102);
            assertThat(client.receiveAny("GET").status()).isEqualTo(200);
        }
        assertThat(gateway.upstream().connections()).isEqualTo(count == 100 ? 1 : 2);
    }
}
