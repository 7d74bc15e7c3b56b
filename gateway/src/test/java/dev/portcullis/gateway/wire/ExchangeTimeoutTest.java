package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application allows for the whole of an exchange. */
@Timeout(60)
class ExchangeTimeoutTest {
    private final GatewayFixture gateway = GatewayFixture.create();
    private final CountDownLatch never = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        // less than any other time-out
        gateway.settings().exchangeTimeout(Duration.ofSeconds(5));
        gateway.start();
    }

    @Test
    void applicationDoesNotAnswer_isToldInTime() throws Exception {
        try (gateway; RawClient client = gateway.connect()) {
            gateway.upstream().enqueue(Answer.nothing().waitFor(never));
            client.send(request("GET", "/", gateway.reader(), ""));
            gateway.upstream().takeRequest();
            gateway.time().advance(Duration.ofSeconds(5));
            HttpMessage answer = client.receive();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.text()).contains("\"code\":\"exchange_timeout\"");
            never.countDown();
        }
    }

    @Test
    void answerGoesOnAndOn_isCutThoughItMoves() throws Exception {
        try (gateway; RawClient client = gateway.connect()) {
            gateway.upstream().enqueue(Answer.raw(
                    "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nfirst").waitFor(never));
            client.send(request("GET", "/", gateway.reader(), ""));
            gateway.upstream().takeRequest();
            for (int second = 0; second < 6; second++) {
                gateway.time().advance(Duration.ofSeconds(1));
            }
            assertThat(client.receiveToEnd()).endsWith("first");
            await().until(() -> gateway.gateway().stats().exchanges().inProgress() == 0);
            assertThat(gateway.newLogLines()).singleElement().asString()
                    .contains("\"code\":\"exchange_timeout\"");
            never.countDown();
        }
    }
}
