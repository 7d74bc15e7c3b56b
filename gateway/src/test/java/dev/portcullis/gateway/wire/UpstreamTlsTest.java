package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.Certificates.Leaf;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.upstream.UpstreamConfig;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS with upstreams; each provider runs all of it. */
@Timeout(60)
abstract class UpstreamTlsTest {
    private static final String NAME = "upstream.example";

    @TempDir
    Path directory;

    private final TlsConfig.Provider provider;
    private Certificates certificates;

    UpstreamTlsTest(TlsConfig.Provider provider) {
        this.provider = provider;
    }

    /** With the JDK's TLS. */
    static final class JdkTest extends UpstreamTlsTest {
        JdkTest() {
            super(TlsConfig.Provider.JDK);
        }
    }

    /** With BoringSSL. */
    static final class BoringTest extends UpstreamTlsTest {
        BoringTest() {
            super(TlsConfig.Provider.BEST);
        }
    }

    private Certificates certificates() {
        if (certificates == null) {
            certificates = new Certificates(directory);
        }
        return certificates;
    }

    /** A gateway before an upstream that shows this certificate, of which it expects that name. */
    private GatewayFixture gateway(Leaf shown, String name) throws IOException {
        return gateway(shown, false, new UpstreamConfig.Tls(
                certificates().caFile(), null, null, name));
    }

    private GatewayFixture gateway(Leaf shown, boolean asks, UpstreamConfig.Tls tls)
            throws IOException {
        GatewayFixture fixture = GatewayFixture.create();
        fixture.settings()
                .tls(new TlsConfig(List.of(certificates().server("gateway.example").certificate()),
                        TlsConfig.Clients.NONE, null, false, provider))
                .secureUpstreams(certificates().context(shown), asks, tls);
        return fixture.start();
    }

    private static void assertUnreachable(GatewayFixture gateway, String reason)
            throws IOException {
        HttpMessage response = gateway.get("/secret", gateway.writer());
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.text()).contains("upstream_unreachable");
        assertThat(gateway.upstream().seen()).isEmpty();
        assertThat(gateway.upstream().bytesSeen()).isZero();
        assertThat(gateway.everythingLogged()).contains("no TLS with", reason)
                .doesNotContain(gateway.writer());
        assertThat(handshakeFailures(gateway)).isPositive();
    }

    private static long handshakeFailures(GatewayFixture gateway) {
        return gateway.gateway().stats().upstream().clusters().values().stream()
                .flatMap(cluster -> cluster.endpoints().values().stream())
                .mapToLong(endpoint -> endpoint.handshakeFailures())
                .sum();
    }

    @Test
    void upstreamThatProvesItsName_getsRequestsOverOneConnection() throws Exception {
        try (GatewayFixture gateway = gateway(certificates().server(NAME), NAME)) {
            for (int i = 0; i < 3; i++) {
                HttpMessage response = gateway.get("/" + i, gateway.reader());
                assertThat(response.text()).isEqualTo("GET /" + i);
            }
            assertThat(gateway.upstream().takeRequest().header("Authorization")).isNull();
        }
    }

    @Test
    void upstreamByAddress_provesTheAddress() throws Exception {
        Leaf shown = certificates().issue("by-address", certificate -> certificate
                .addSanIpAddress("127.0.0.1").addExtendedKeyUsageServerAuth());
        try (GatewayFixture gateway = gateway(shown, null)) {
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        }
    }

    @Test
    void upstreamOfAnotherName_getsNothing() throws Exception {
        try (GatewayFixture gateway = gateway(certificates().server("evil.example"), NAME)) {
            assertUnreachable(gateway, NAME);
        }
        try (GatewayFixture gateway = gateway(certificates().server(NAME), null)) {
            assertUnreachable(gateway, "127.0.0.1");
        }
    }

    @Test
    void upstreamOfAnUnknownAuthority_getsNothing() throws Exception {
        Leaf strange = new Certificates(directory).server(NAME);
        try (GatewayFixture gateway = gateway(strange, NAME)) {
            assertUnreachable(gateway, "unable to find valid certification path");
        }
    }

    @Test
    void upstreamUnknownToTheMachine_getsNothing() throws Exception {
        try (GatewayFixture gateway = gateway(certificates().server(NAME), false,
                new UpstreamConfig.Tls(null, null, null, NAME))) {
            assertUnreachable(gateway, "unable to find valid certification path");
        }
    }

    @Test
    void upstreamWithAnExpiredCertificate_getsNothing() throws Exception {
        Leaf expired = certificates().issue("expired", certificate -> Certificates
                .named(certificate, NAME)
                .notAfter(Instant.now().minus(Duration.ofHours(1))));
        try (GatewayFixture gateway = gateway(expired, NAME)) {
            assertUnreachable(gateway, "NotAfter");
        }
    }

    @Test
    void upstreamWithACertificateForClients_getsNothing() throws Exception {
        Leaf wrong = certificates().issue("client", certificate -> certificate
                .addSanDnsName(NAME).addExtendedKeyUsageClientAuth());
        try (GatewayFixture gateway = gateway(wrong, NAME)) {
            assertUnreachable(gateway, "xtended");
        }
    }

    @Test
    void upstreamThatAsksForACertificate_isShownOurs() throws Exception {
        Leaf ours = certificates().client("gateway");
        try (GatewayFixture gateway = gateway(certificates().server(NAME), true,
                new UpstreamConfig.Tls(
                        certificates().caFile(), ours.chain(), ours.key(), NAME))) {
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        }
        try (GatewayFixture gateway = gateway(certificates().server(NAME), true,
                new UpstreamConfig.Tls(certificates().caFile(), null, null, NAME))) {
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(502);
            assertThat(gateway.upstream().seen()).isEmpty();
        }
    }

    @Test
    void bodyThatEndsWithTheConnection_isCompleteOnlyWhenTheUpstreamSaysSo() throws Exception {
        try (GatewayFixture gateway = gateway(certificates().server(NAME), NAME)) {
            gateway.upstream().enqueue(Answer.raw("HTTP/1.1 200 OK\r\n\r\nwhole").close());
            assertThat(gateway.get("/", gateway.reader()).text()).isEqualTo("whole");

            CountDownLatch never = new CountDownLatch(1);
            gateway.upstream().enqueue(
                    Answer.raw("HTTP/1.1 200 OK\r\n\r\nhalf").waitFor(never));
            try (RawClient client = gateway.connect()) {
                client.send(GatewayFixture.request("GET", "/", gateway.reader(), ""));
                await().until(() -> gateway.upstream().answersLeft() == 0
                        && gateway.gateway().stats().exchanges().inProgress() == 1);
                gateway.upstream().closeConnections();
                assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
            }
            never.countDown();
        }
    }

    @Test
    void authorityChanges_newConnectionsGoByTheNewOne() throws Exception {
        try (GatewayFixture gateway = gateway(certificates().server(NAME), NAME)) {
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
            assertThat(gateway.gateway().reloadCertificates().changed()).isEmpty();

            Path ca = certificates().caFile();
            Files.writeString(ca, "nothing of use");
            assertThat(gateway.gateway().reloadCertificates().mistakes())
                    .singleElement().asString().contains(ca.toString(), "not PEM");
            gateway.upstream().closeConnections();
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);

            Files.copy(new Certificates(directory).caFile(), ca,
                    StandardCopyOption.REPLACE_EXISTING);
            assertThat(gateway.gateway().reloadCertificates().changed())
                    .containsExactly(ca.toString());
            gateway.upstream().closeConnections();
            await().untilAsserted(() ->
                    assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(502));
        }
    }
}
