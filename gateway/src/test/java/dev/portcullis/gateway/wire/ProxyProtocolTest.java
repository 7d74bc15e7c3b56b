package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Role;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections through a proxy that says for whom it connects. */
class ProxyProtocolTest {
    private static final String LINE = "PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n";
    private static final String LOCAL =
            "\r\n\r\n\0\r\nQUIT\n \0\0\0";

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    ProxyProtocolTest() {
        gateway.settings().protection(protection(List.of(Cidr.parse("127.0.0.0/8")), 2));
    }

    private static ProtectionConfig protection(List<Cidr> proxies, int connectionsPerAddress) {
        ProtectionConfig usual = ProtectionConfig.DEFAULTS;
        return new ProtectionConfig(
                List.of(), proxies, connectionsPerAddress, usual.failedAttemptsMax(),
                usual.failedAttemptsPeriod(), usual.exchangesMax());
    }

    private String request;

    @BeforeEach
    void makeRequest() {
        request = GatewayFixture.request("GET", "/", gateway.reader(), "");
    }

    @Test
    void whoTheProxyConnectsFor_isTheClientOfTheWholeConnection() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send(LINE + request);
            assertThat(client.receive().status()).isEqualTo(200);
            assertThat(client.exchange(request).status()).isEqualTo(200);
        }
        assertThat(gateway.upstream().takeRequest().header("X-Forwarded-For"))
                .isEqualTo("203.0.113.7");
        assertThat(gateway.newLogLines())
                .hasSize(2).allSatisfy(line -> assertThat(line).contains("203.0.113.7"));
    }

    @Test
    void headerInOctets_isUnderstoodByteByByte() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.sendByteByByte(LOCAL + request);
            assertThat(client.receive().status()).isEqualTo(200);
        }
        assertThat(gateway.upstream().takeRequest().header("X-Forwarded-For"))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void restrictedToken_isHeldAgainstTheNamedAddress() throws Exception {
        String token = gateway.origin().addToken(
                gateway.origin().addUser("restricted", Role.READER));
        gateway.origin().restrict(token, only -> only.addCidrs("203.0.113.0/24"));
        String restricted = GatewayFixture.request("GET", "/", token, "");
        try (RawClient client = gateway.connect()) {
            client.send(LINE + restricted);
            assertThat(client.receive().status()).isEqualTo(200);
        }
        try (RawClient client = gateway.connect()) {
            client.send(LOCAL + restricted);
            assertThat(client.receive().status()).isEqualTo(403);
        }
    }

    @Test
    void missingHeader_closesWithoutAWord() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send(request);
            assertThat(client.receiveToEnd()).isEmpty();
        }
        assertThat(refused()).isEqualTo(1);
        assertThat(gateway.upstream().seen()).isEmpty();
    }

    @Test
    void headerThatDoesNotCome_closesInTheTimeOfAHead() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send("PROXY TCP4 1.1.1.1");
            assertThat(client.end(Duration.ofMillis(300))).isEqualTo(RawClient.End.OPEN);
            gateway.time().advance(Duration.ofSeconds(10));
            assertThat(client.end()).isNotEqualTo(RawClient.End.OPEN);
        }
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void clientThatHangsUpInTheHeader_leavesNothing() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send("PROXY ").closeOutput();
            assertThat(client.end()).isNotEqualTo(RawClient.End.OPEN);
        }
        await().until(() -> gateway.gateway().stats().server().open() == 0);
        assertThat(gateway.gateway().stats().protection().addressesConnected()).isZero();
    }

    @Test
    void secondHeader_isAMalformedRequest() throws Exception {
        try (RawClient client = gateway.connect()) {
            client.send(LINE + LINE + request);
            assertThat(client.receive().status()).isEqualTo(400);
        }
    }

    @Test
    void connectionsOfOneAddress_areBoundedBehindTheProxyToo() throws Exception {
        List<RawClient> open = new ArrayList<>();
        try {
            open.add(served(LINE));
            open.add(served(LINE));
            try (RawClient third = gateway.connect()) {
                third.send(LINE + request);
                assertThat(third.receiveToEnd()).isEmpty();
            }
            assertThat(gateway.gateway().stats().protection().stats()
                    .connectionsOfAddressRefused()).isEqualTo(1);
            open.add(served(LINE.replace("203.0.113.7", "203.0.113.8")));
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
        await().until(() -> gateway.gateway().stats().protection().addressesConnected() == 0);
        served(LINE).close();
    }

    private RawClient served(String line) throws IOException {
        RawClient client = gateway.connect();
        client.send(line + request);
        assertThat(client.receive().status()).isEqualTo(200);
        return client;
    }

    private long refused() {
        return gateway.gateway().stats().protection().stats().proxyHeadersRefused();
    }
}
