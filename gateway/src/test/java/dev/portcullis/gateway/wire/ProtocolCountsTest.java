package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.exchange.ExchangeStats;
import dev.portcullis.gateway.http1.Protocol;
import dev.portcullis.gateway.server.ServerStats;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections and requests are counted by what they speak. */
@Timeout(60)
class ProtocolCountsTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private void assertOpen(int all, int http1, int http2) {
        ServerStats stats = gateway.gateway().stats().server();
        await().untilAsserted(() -> {
            assertThat(stats.open()).isEqualTo(all);
            assertThat(stats.openHttp1()).isEqualTo(http1);
            assertThat(stats.openHttp2()).isEqualTo(http2);
        });
    }

    @Test
    void connections_countAsSoonAsTheySpeakAndUntilTheyClose() throws Exception {
        try (RawClient silent = gateway.connect()) {
            assertOpen(1, 0, 0);
            try (RawClient one = gateway.connect();
                    H2Client two = H2Client.connect(gateway.gateway().address())) {
                one.exchange(GatewayFixture.request("GET", "/", gateway.reader(), ""));
                two.sync();
                assertOpen(3, 1, 1);
            }
            assertOpen(1, 0, 0);
            silent.send("GET");
            assertOpen(1, 1, 0);
        }
        assertOpen(0, 0, 0);
    }

    @Test
    void requests_countByWhatTheyCameOver() throws Exception {
        gateway.get("/", gateway.reader());
        gateway.get("/", null);
        gateway.exchange("GET / HTTP/1.0\r\nAuthorization: Bearer " + gateway.reader()
                + "\r\n\r\n");
        // no version that could be read: it counts as what the connection is for
        gateway.exchange("GET / HTTP/7.0\r\n\r\n");
        try (RawClient client = gateway.connect()) {
            assertThat(client.send("\0\r\n\r\n").receive().status()).isEqualTo(400);
        }
        try (H2Client client = H2Client.connect(gateway.gateway().address())) {
            client.get(1, "/", gateway.reader()).response(1);
            client.get(3, "/", null).response(3);
        }
        gateway.newLogLines();
        ExchangeStats stats = gateway.gateway().stats().exchanges();
        assertThat(stats.finished(Protocol.HTTP_1_0)).isEqualTo(1);
        assertThat(stats.finished(Protocol.HTTP_1_1)).isEqualTo(4);
        assertThat(stats.finished(Protocol.HTTP_2)).isEqualTo(2);
        assertThat(stats.finished()).isEqualTo(7);
    }
}
