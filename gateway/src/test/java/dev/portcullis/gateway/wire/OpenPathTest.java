package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What needs no credential depends on nothing that credentials depend on. */
@Timeout(60)
class OpenPathTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final int ROUND_TRIPS = 8;
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    OpenPathTest() {
        gateway.settings().reportInterval(Duration.ofMillis(20)).application(
                route("app").rule(null, "/").rule(null, "/x").build());
    }

    @Test
    void originIsDownAndTheLeaseOver_openPathIsServed() throws Exception {
        shortLease();
        gateway.origin().setDown(true);
        gateway.time().advance(LEASE);
        assertThat(gateway.get("/x", null).status()).isEqualTo(200);
        assertThat(gateway.get("/closed", gateway.reader()).status()).isEqualTo(503);
        gateway.origin().setDown(false);
    }

    @Test
    void leaseEndsWhileAConnectionIsAwaited_openRequestIsForwarded() throws Exception {
        shortLease();
        try (BusyListener busy = BusyListener.inPlaceOf(gateway);
                RawClient client = gateway.connect()) {
            client.send(request("GET", "/", null, ""));
            await().until(() -> gateway.gateway().stats().exchanges().inProgress() == 1);
            // a round trip on each loop, and the task that began it has ended
            for (int i = 0; i < ROUND_TRIPS; i++) {
                assertThat(gateway.get("/closed", null).status()).isEqualTo(401);
            }
            gateway.origin().setDown(true);
            gateway.time().advance(LEASE);
            try (Socket late = busy.acceptStranger()) {
                assertThat(late.getInputStream().read()).as("the G of GET").isEqualTo('G');
                late.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes());
                assertThat(client.receive().status()).isEqualTo(204);
            }
        }
        gateway.origin().setDown(false);
    }

    @Test
    void credentialOnAnOpenPath_isNeitherLookedUpNorCounted() throws Exception {
        for (String token : new String[] {
            gateway.reader(), gateway.origin().unknownToken(), "nonsense", null}) {
            HttpMessage response = gateway.get("/x", token);
            assertThat(response.status()).isEqualTo(200);
            HttpMessage seen = gateway.upstream().takeRequest();
            assertThat(seen.header("Authorization")).isNull();
            assertThat(seen.rawText()).doesNotContainIgnoringCase("x-portcullis-");
        }
        assertThat(gateway.origin().resolves()).isZero();
        // what is reported after it shows that reports were made
        assertThat(gateway.get("/closed", gateway.writer()).status()).isEqualTo(200);
        gateway.time().advance(Duration.ofMinutes(2));
        await().until(() -> !gateway.origin().reportedUses().isEmpty());
        assertThat(gateway.origin().reportedUses()).allSatisfy(use ->
                assertThat(use).contains(gateway.origin().prefixOf(gateway.writer())));
        assertThat(gateway.origin().reportedRefusals()).isEmpty();
    }

    @Test
    void tokenIsRevokedMeanwhile_openExchangeGoesOn() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer.nothing()
                .sendOnHead(HEAD + "ab").waitFor(go)
                .send("cd"));
        try (RawClient client = gateway.connect()) {
            client.send(request("GET", "/x", gateway.reader(), ""));
            assertThat(client.receiveOctets(HEAD.length() + 2)).endsWith("ab");
            gateway.origin().awaitAcked(gateway.origin().revoke(gateway.reader()));
            gateway.time().advance(Duration.ofSeconds(20));
            go.countDown();
            assertThat(client.receiveOctets(2)).isEqualTo("cd");
        }
    }

    /** The usual one of this kit would outlast the test; an acknowledgement asks for the next. */
    private void shortLease() throws InterruptedException {
        gateway.origin().setLeaseMillis(LEASE.toMillis());
        gateway.origin().awaitAcked(gateway.origin().unblock("user-reader"));
        await().until(() -> gateway.gateway().stats().records().leaseRemaining()
                .compareTo(LEASE) <= 0);
    }
}
