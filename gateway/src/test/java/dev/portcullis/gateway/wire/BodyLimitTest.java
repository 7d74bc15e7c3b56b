package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A request's body has a bound, whether its length is told or not. */
@Timeout(60)
class BodyLimitTest {
    private static final int LIMIT = 100_000;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    BodyLimitTest() {
        gateway.settings().application(route("app").bodyBytesMax(LIMIT).build());
    }

    private String head(String framing) {
        return "POST / HTTP/1.1\r\nHost: app.example\r\nAuthorization: Bearer "
                + gateway.writer() + "\r\n" + framing + "\r\n\r\n";
    }

    private static String chunk(int octets) {
        return Integer.toHexString(octets) + "\r\n" + "a".repeat(octets) + "\r\n";
    }

    @Test
    void bodyThatGrowsAboveTheLimit_isRefusedBeforeTheUpstreamSeesMoreThanTheLimit()
            throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send(head("Transfer-Encoding: chunked")).send(chunk(LIMIT));
            await().until(() -> gateway.upstream().bytesSeen() > LIMIT);
            HttpMessage response = client.send(chunk(1)).receive("POST");
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.text()).contains("\"code\":\"body_too_large\"");
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
        }
        await().until(() -> gateway.upstream().openConnections() == 0);
        HttpMessage seen = gateway.upstream().takeRequest();
        assertThat(seen.complete()).isFalse();
        assertThat(seen.text()).hasSize(LIMIT);
    }

    @Test
    void bodyInChunksOfJustTheLimit_passes() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send(head("Transfer-Encoding: chunked")).send(chunk(LIMIT - 1));
            assertThat(client.send(chunk(1) + "0\r\n\r\n").receive("POST").status())
                    .isEqualTo(200);
        }
    }

    /** Nobody may take what was answered so far for the answer to all of it. */
    @Test
    void responseThatHasBegun_isSeenToBreakOff() throws Exception {
        String begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
        gateway.upstream().enqueue(
                Answer.nothing().sendOnHead(begun + "\r\n2\r\nok\r\n"));
        try (RawClient client = gateway.connect()) {
            client.send(head("Transfer-Encoding: chunked"));
            assertThat(client.receiveOctets(begun.length())).isEqualTo(begun);
            client.send(chunk(LIMIT)).send(chunk(1));
            assertThat(client.receiveToEnd()).contains("ok\r\n").doesNotContain("0\r\n\r\n");
        }
        assertThat(gateway.newLogLines()).hasSize(1)
                .allSatisfy(line -> assertThat(line).contains("\"code\":\"body_too_large\""));
    }

    @Test
    void bodyThatIsAnnouncedTooLarge_isNotWaitedFor() throws Exception {
        try (RawClient client = gateway.connect()) {
            HttpMessage response =
                    client.send(head("Content-Length: " + (LIMIT + 1))).receive("POST");
            assertThat(response.status()).isEqualTo(413);
        }
        assertThat(gateway.upstream().connections()).isZero();
        assertThat(gateway.exchange(head("Content-Length: " + LIMIT) + "a".repeat(LIMIT)).status())
                .isEqualTo(200);
    }
}
