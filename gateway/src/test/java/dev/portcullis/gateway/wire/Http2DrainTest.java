package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.H2Frame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The end of a gateway with requests over HTTP/2 in it: none is lost. */
@Timeout(60)
class Http2DrainTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @Test
    void gatewayDrains_streamsInFlightEndAndTheLastOneIsNamedOnlyThen() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer.nothing().signal(asked).waitFor(release)
                .send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow"));
        try (H2Client client = H2Client.connect(gateway.gateway().address())) {
            client.get(1, "/", gateway.reader());
            asked.await();
            CompletableFuture<Void> drained =
                    gateway.gateway().drain().toCompletableFuture();
            assertThat(client.goAway()).isEqualTo(H2Frame.NO_ERROR);
            assertThat(client.lastGoAway().number(0)).isEqualTo(Integer.MAX_VALUE);
            // it was opened before its client could have heard of the end
            assertThat(client.get(3, "/3", gateway.reader()).response(3).text())
                    .isEqualTo("GET /3");
            H2Frame last = client.lastGoAway();
            while (last.number(0) != 3) {
                assertThat(client.read()).isNotNull();
                last = client.lastGoAway();
            }
            client.get(5, "/5", gateway.reader());
            release.countDown();
            assertThat(client.response(1).text()).isEqualTo("slow");
            assertThat(client.end()).isEqualTo(H2Frame.NO_ERROR);
            assertThat(client.so(5).status()).isEqualTo(-1);
            client.close();
            drained.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void credentialIsRevoked_itsStreamIsCutAndTheOthersGoOn() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer
                .raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nfirst").waitFor(never));
        try (H2Client client = H2Client.connect(gateway.gateway().address())) {
            assertThat(client.get(1, "/", gateway.reader()).body(1, 5).text())
                    .isEqualTo("first");
            gateway.origin().revoke(gateway.reader());
            assertThat(client.response(1).reset()).isEqualTo(H2Frame.CANCEL);
            assertThat(client.get(3, "/", gateway.writer()).response(3).status())
                    .isEqualTo(200);
        }
        never.countDown();
    }
}
