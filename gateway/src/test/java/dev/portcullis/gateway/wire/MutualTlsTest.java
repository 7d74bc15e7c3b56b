package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.Certificates.Leaf;
import dev.portcullis.gateway.testkit.FragmentingSocket;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.tls.TlsConfig;
import dev.portcullis.gateway.tls.TlsConfig.Clients;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of clients, and certificates that change; each provider runs all of it. */
@Timeout(120)
abstract class MutualTlsTest {
    private static final int CLIENTS = 4;

    @TempDir
    Path directory;

    private final TlsConfig.Provider provider;
    private Certificates certificates;
    private Leaf server;
    private Leaf other;

    MutualTlsTest(TlsConfig.Provider provider) {
        this.provider = provider;
    }

    /** With the JDK's TLS. */
    static final class JdkTest extends MutualTlsTest {
        JdkTest() {
            super(TlsConfig.Provider.JDK);
        }
    }

    /** With BoringSSL. */
    static final class BoringTest extends MutualTlsTest {
        BoringTest() {
            super(TlsConfig.Provider.BEST);
        }
    }

    private GatewayFixture gateway(Clients clients) throws IOException {
        certificates = new Certificates(directory);
        server = certificates.server("gateway.example");
        other = certificates.server("other.example");
        GatewayFixture fixture = GatewayFixture.create();
        fixture.settings().tls(new TlsConfig(
                List.of(server.certificate(), other.certificate()), clients,
                clients == Clients.NONE ? null : certificates.caFile(), false, provider));
        return fixture.start();
    }

    private static int status(GatewayFixture gateway, SSLContext client, String token)
            throws IOException {
        try (RawClient connection = gateway.connect(client)) {
            return connection.exchange(request("GET", "/", token, "")).status();
        }
    }

    private void assertNotLetIn(GatewayFixture gateway, Leaf client) {
        assertThatThrownBy(() ->
                status(gateway, certificates.context(client), gateway.reader()))
                .isInstanceOf(IOException.class);
        assertThat(gateway.upstream().seen()).isEmpty();
    }

    private void assertStrangersAreNotLetIn(GatewayFixture gateway) {
        assertNotLetIn(gateway, new Certificates(directory).client("stranger"));
        assertNotLetIn(gateway, certificates.issue("expired", certificate -> certificate
                .addExtendedKeyUsageClientAuth()
                .notAfter(Instant.now().minus(Duration.ofHours(1)))));
        assertNotLetIn(gateway, certificates.issue("server",
                CertificateBuilder::addExtendedKeyUsageServerAuth));
    }

    @Test
    void certificateRequired_onlyWhoHasAGoodOneIsLetIn() throws Exception {
        try (GatewayFixture gateway = gateway(Clients.REQUIRED)) {
            assertNotLetIn(gateway, null);
            assertStrangersAreNotLetIn(gateway);
            SSLContext client = certificates.context(certificates.client("good"));
            assertThat(status(gateway, client, gateway.reader())).isEqualTo(200);
            assertThat(status(gateway, client, gateway.reader())).isEqualTo(200);
            assertThat(gateway.gateway().stats().tls().handshakes()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void certificateOptional_noneIsLetInAndABadOneIsNot() throws Exception {
        try (GatewayFixture gateway = gateway(Clients.OPTIONAL)) {
            assertStrangersAreNotLetIn(gateway);
            assertThat(status(gateway, certificates.context(null), gateway.reader()))
                    .isEqualTo(200);
            assertThat(status(gateway, certificates.context(certificates.client("good")),
                    gateway.reader())).isEqualTo(200);
        }
    }

    /** However the hello is cut, and whichever host it names, the same is asked of the client. */
    @Test
    void helloInPieces_changesNothing() throws Exception {
        try (GatewayFixture gateway = gateway(Clients.REQUIRED)) {
            Leaf good = certificates.client("good");
            for (int octets : new int[] {0, 1, 3, 7, 64}) {
                for (String host : new String[] {null, "other.example", "unknown.example"}) {
                    assertThatThrownBy(() -> inPieces(gateway, null, octets, host))
                            .isInstanceOf(IOException.class);
                    assertThat(gateway.upstream().seen()).isEmpty();
                }
            }
            for (int octets : new int[] {0, 7, 64}) {
                assertThat(inPieces(gateway, good, octets, "other.example").status())
                        .isEqualTo(200);
            }
        }
    }

    private HttpMessage inPieces(GatewayFixture gateway, Leaf client, int octets, String host)
            throws IOException {
        try (FragmentingSocket below = new FragmentingSocket(gateway.tlsAddress(), octets);
                SSLSocket socket = (SSLSocket) certificates.context(client).getSocketFactory()
                        .createSocket(below, null, below.getPort(), true)) {
            if (host != null) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(host)));
                socket.setSSLParameters(parameters);
            }
            return RawClient.over(socket).exchange(request("GET", "/", gateway.reader(), ""));
        }
    }

    @Test
    void tokenForACertificate_isGoodWithThatAloneProvedInTheHandshake() throws Exception {
        try (GatewayFixture gateway = gateway(Clients.OPTIONAL)) {
            Leaf mine = certificates.client("mine");
            String token = gateway.origin().addToken("user-reader");
            gateway.origin().restrict(token, only -> only
                    .addCertificates(mine.fingerprint().toString())
                    .addCertificates("ab".repeat(32)));
            assertThat(status(gateway, certificates.context(mine), token)).isEqualTo(200);
            gateway.upstream().takeRequest();

            String header = request("GET", "/", token, "").replace("\r\n\r\n",
                    "\r\nX-Forwarded-Client-Cert: Hash=" + mine.fingerprint()
                            + "\r\nX-SSL-Client-Fingerprint: " + mine.fingerprint() + "\r\n\r\n");
            assertSourceDenied(gateway.exchange(header));
            for (Leaf wrong : new Leaf[] {null, certificates.client("mine")}) {
                try (RawClient client = gateway.connect(certificates.context(wrong))) {
                    assertSourceDenied(client.exchange(header));
                }
            }
            assertThat(gateway.upstream().seen()).hasSize(1);
        }
    }

    private static void assertSourceDenied(HttpMessage response) {
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).contains("source_denied");
    }

    @Test
    void authorityIsTakenAway_itsClientsGetNoNewConnection() throws Exception {
        try (GatewayFixture gateway = gateway(Clients.REQUIRED)) {
            SSLContext client = certificates.context(certificates.client("good"));
            try (RawClient open = gateway.connect(client)) {
                assertThat(open.exchange(request("GET", "/", gateway.reader(), "")).status())
                        .isEqualTo(200);
                Files.copy(new Certificates(directory).caFile(), certificates.caFile(),
                        StandardCopyOption.REPLACE_EXISTING);
                gateway.gateway().reloadCertificates();
                // with the session of before, too
                assertThatThrownBy(() -> status(gateway, client, gateway.reader()))
                        .isInstanceOf(IOException.class);
                assertThat(open.exchange(request("GET", "/", gateway.reader(), "")).status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void certificateChangesUnderLoad_noRequestFails() throws Exception {
        try (GatewayFixture gateway = gateway(Clients.NONE)) {
            SSLContext client = certificates.context(null);
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger answered = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                boolean keeps = i % 2 == 0;
                running.add(threads.submit(() -> {
                    load(gateway, client, keeps, over, answered);
                    return null;
                }));
            }
            Leaf last = null;
            for (int i = 0; i < 5; i++) {
                last = certificates.server("gateway.example");
                certificates.replace(server, last);
                assertThat(gateway.gateway().reloadCertificates().mistakes()).isEmpty();
                awaitMore(answered);
            }
            over.set(true);
            for (Future<?> one : running) {
                one.get();
            }
            threads.shutdown();
            try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(
                    gateway.tlsAddress().getAddress(), gateway.tlsAddress().getPort())) {
                socket.startHandshake();
                assertThat(socket.getSession().getPeerCertificates()[0])
                        .isEqualTo(last.bundle().getCertificate());
            }
            assertThat(gateway.newLogLines()).hasSize(answered.get());
        }
    }

    private static void awaitMore(AtomicInteger answered) {
        int before = answered.get();
        await().until(() -> answered.get() >= before + 20);
    }

    private static void load(
            GatewayFixture gateway, SSLContext client, boolean keeps, AtomicBoolean over,
            AtomicInteger answered) throws IOException {
        while (!over.get()) {
            try (RawClient connection = gateway.connect(client)) {
                do {
                    assertThat(connection.exchange(request("GET", "/", gateway.reader(), ""))
                            .status()).isEqualTo(200);
                    answered.incrementAndGet();
                } while (keeps && !over.get());
            }
        }
    }
}
