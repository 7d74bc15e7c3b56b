package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is under way when a right ends: cut, or never forwarded. */
@Timeout(60)
class RevocationTest {
    private static final Logger LOG = LoggerFactory.getLogger(RevocationTest.class);
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n";
    private static final String LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nfirst";
    private static final String UNTIL_CLOSE = "HTTP/1.1 200 OK\r\n\r\nfirst";
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private final CountDownLatch never = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(strings = {CHUNKED, LENGTH, UNTIL_CLOSE})
    void tokenIsRevoked_streamingResponseIsCut(String response) throws Exception {
        try (BulkConnection client = beginResponse(response, gateway.reader())) {
            gateway.origin().revoke(gateway.reader());
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"status\":200", "\"code\":\"credential_revoked\"");
        awaitUpstreamClosed();
    }

    @Test
    void userIsBlocked_streamingResponseIsCut() throws Exception {
        try (BulkConnection client = beginResponse(CHUNKED, gateway.reader())) {
            gateway.origin().block("user-reader");
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"user_blocked\"");
    }

    @Test
    void recordsChangeButStillPermit_streamGoesOn() throws Exception {
        CountDownLatch more = new CountDownLatch(1);
        gateway.upstream().enqueue(
                Answer.raw(LENGTH.replace("50", "9")).waitFor(more).send("last"));
        try (BulkConnection client = BulkConnection.to(gateway.gateway().address())) {
            client.send(request("GET", "/stream", gateway.reader(), ""));
            client.head();
            assertThat(client.text(5)).isEqualTo("first");
            gateway.origin().awaitAcked(
                    gateway.origin().setRole("user-reader", "*", Role.WRITER));
            more.countDown();
            assertThat(client.text(4)).isEqualTo("last");
        }
    }

    @Test
    void tokenExpires_streamingResponseIsCutWithinASecond() throws Exception {
        String user = gateway.origin().addUser("brief", Role.READER);
        // less than any time-out: it is expiry that cuts
        String token = gateway.origin().addToken(
                user, CredentialKind.ACCESS_TOKEN, gateway.time().millis() + 20_000);
        try (BulkConnection client = beginResponse(CHUNKED, token)) {
            gateway.time().advance(Duration.ofMillis(20_001));
            long expired = gateway.time().nanoTime();
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
            long took = gateway.time().nanoTime() - expired;
            LOG.info("cut {} ms after the expiry", took / 1_000_000);
            assertThat(took).isLessThan(SECOND);
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"credential_expired\"");
    }

    @Test
    void keyIsRevoked_streamOfATokenExchangedFromItIsCut() throws Exception {
        String key = gateway.origin().addToken("user-reader", CredentialKind.API_KEY, 0);
        try (BulkConnection client = beginResponse(CHUNKED, gateway.origin().exchange(key))) {
            gateway.origin().revoke(key);
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"credential_revoked\"");
        awaitUpstreamClosed();
    }

    @Test
    void keyExpires_streamOfATokenExchangedFromItIsCut() throws Exception {
        String key = gateway.origin().addToken(
                "user-reader", CredentialKind.API_KEY, gateway.time().millis() + 20_000);
        try (BulkConnection client = beginResponse(CHUNKED, gateway.origin().exchange(key))) {
            gateway.time().advance(Duration.ofMillis(20_001));
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"credential_expired\"");
    }

    @Test
    void overlapOfARotationEnds_streamOfTheOldTokenIsCut() throws Exception {
        String token = gateway.origin().addToken("user-reader");
        gateway.origin().replaceAt(token, gateway.time().millis() + 20_000);
        try (BulkConnection client = beginResponse(CHUNKED, token)) {
            gateway.time().advance(Duration.ofMillis(20_001));
            assertThat(client.rest()).doesNotContain("0\r\n\r\n");
        }
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"credential_revoked\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000\r\n\r\nfirst",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"})
    void tokenIsRevoked_uploadIsCut(String upload) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer.nothing().signal(arrived).early());
        try (RawClient client = gateway.connect()) {
            client.send(request("POST", "/", gateway.writer(), "")
                    .replace("\r\n\r\n", "\r\n" + upload));
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            gateway.origin().revoke(gateway.writer());
            HttpMessage response = client.receive();
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.text()).contains("credential_revoked");
            assertThat(response.header("Connection")).isEqualTo("close");
            HttpMessage seen = gateway.upstream().takeRequest();
            assertThat(seen.complete()).isFalse();
            assertThat(seen.bodyBytes()).isLessThanOrEqualTo(5);
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        }
        awaitUpstreamClosed();
    }

    /** The change is acknowledged before the origin says what it means for what is under way. */
    @Test
    void verdictIsStillBeingMadeAnew_uploadStandsStill() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer.nothing().signal(arrived).early());
        try (RawClient client = gateway.connect()) {
            client.send(request("POST", "/", gateway.writer(), "")
                    .replace("\r\n\r\n", "\r\nContent-Length: 15\r\n\r\nfirst"));
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            gateway.origin().setSilent(true);
            gateway.origin().awaitAcked(gateway.origin().revoke(gateway.writer()));
            client.send("later");
            assertThat(never.await(200, TimeUnit.MILLISECONDS)).as("time to be sent").isFalse();
            gateway.origin().setSilent(false);
            assertThat(client.receive().status()).isEqualTo(401);
            HttpMessage seen = gateway.upstream().takeRequest();
            assertThat(seen.complete()).isFalse();
            assertThat(seen.bodyBytes()).isLessThanOrEqualTo(5);
        }
        awaitUpstreamClosed();
    }

    @Test
    void verdictIsMadeAnewAndStillPermits_uploadGoesOn() throws Exception {
        gateway.upstream().enqueue(
                Answer.ok("whole").sendOnHead("HTTP/1.1 103 Early Hints\r\n\r\n"));
        try (RawClient client = gateway.connect()) {
            client.send(request("POST", "/", gateway.writer(), "")
                    .replace("\r\n\r\n", "\r\nContent-Length: 10\r\n\r\nfirst"));
            assertThat(client.receiveAny("POST").status()).isEqualTo(103);
            gateway.origin().setSilent(true);
            gateway.origin().awaitAcked(
                    gateway.origin().setRole("user-writer", "*", Role.ADMIN));
            client.send("later");
            gateway.origin().setSilent(false);
            assertThat(client.receive().text()).isEqualTo("whole");
            assertThat(gateway.upstream().takeRequest().text()).isEqualTo("firstlater");
        }
    }

    @Test
    void tokenIsRevokedWhileAConnectionIsAwaited_requestIsNeverForwarded() throws Exception {
        try (BusyListener busy = BusyListener.inPlaceOf(gateway);
                RawClient client = busy.sendAndAwaitVerdict(gateway.reader())) {
            gateway.origin().awaitAcked(gateway.origin().revoke(gateway.reader()));
            assertThat(client.receive().status()).isEqualTo(401);
            try (var late = busy.acceptStranger()) {
                assertThat(late.getInputStream().read()).as("an octet of the request")
                        .isEqualTo(-1);
            }
        }
    }

    @Test
    void verdictIsStillBeingMadeAnew_connectionThatComesIsNotUsed() throws Exception {
        try (BusyListener busy = BusyListener.inPlaceOf(gateway);
                RawClient client = busy.sendAndAwaitVerdict(gateway.reader())) {
            gateway.origin().setSilent(true);
            gateway.origin().awaitAcked(gateway.origin().revoke(gateway.reader()));
            try (var late = busy.acceptStranger()) {
                late.setSoTimeout(200);
                assertThatThrownBy(() -> assertThat(late.getInputStream().read()).isEqualTo(-1))
                        .isInstanceOf(SocketTimeoutException.class);
                gateway.origin().setSilent(false);
                late.setSoTimeout(20_000);
                assertThat(late.getInputStream().read()).isEqualTo(-1);
            }
            // 503 where the connection took longer to come than a question may take
            assertThat(client.receive().status()).isIn(401, 503);
        }
    }

    @Test
    void roleChangesWhileAConnectionIsAwaited_requestIsForwardedUnderTheNewOne()
            throws Exception {
        try (BusyListener busy = BusyListener.inPlaceOf(gateway);
                RawClient client = busy.sendAndAwaitVerdict(gateway.reader())) {
            gateway.origin().awaitAcked(
                    gateway.origin().setRole("user-reader", "*", Role.WRITER));
            try (BulkConnection late = new BulkConnection(busy.acceptStranger())) {
                assertThat(late.head()).contains("X-Portcullis-Role: writer\r\n");
                late.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                assertThat(client.receive().text()).isEqualTo("ok");
            }
        }
    }

    /** Sends a request and waits until the first piece of its response has come. */
    private BulkConnection beginResponse(String response, String token) throws Exception {
        gateway.upstream().enqueue(Answer.raw(response).waitFor(never));
        BulkConnection client = BulkConnection.to(gateway.gateway().address());
        client.send(request("GET", "/stream", token, ""));
        client.head();
        client.text(5);
        return client;
    }

    private void awaitUpstreamClosed() {
        await().until(() ->
                gateway.gateway().stats().upstream().open() == 0);
    }
}
