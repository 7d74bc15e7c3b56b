package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.Certificates.Leaf;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.H2Frame;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.testkit.RawHello;
import dev.portcullis.gateway.tls.TlsConfig;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** TLS with clients; each provider runs all of it. */
@Timeout(60)
abstract class TlsTest {
    @TempDir
    static Path directory;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private final Certificates certificates = new Certificates(directory);
    private final Leaf usual = certificates.server("gateway.example", "*.gateway.example");
    private final Leaf other = certificates.server("other.example");

    TlsTest(TlsConfig.Provider provider) {
        gateway.settings().tls(new TlsConfig(
                List.of(usual.certificate(), other.certificate()),
                TlsConfig.Clients.NONE, null, false, provider));
    }

    /** With the JDK's TLS. */
    static final class JdkTest extends TlsTest {
        JdkTest() {
            super(TlsConfig.Provider.JDK);
        }

        /** BoringSSL in Netty ends both directions with one. */
        @Test
        void clientThatHasSentAllItWill_isAnswered() throws IOException {
            try (SSLSocket socket = socket(version("TLSv1.3"));
                    RawClient client = RawClient.over(socket)) {
                client.send(request("GET", "/last", gateway.reader(), ""));
                socket.shutdownOutput();
                assertThat(client.receive().text()).isEqualTo("GET /last");
                assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
            }
        }
    }

    /** With BoringSSL. */
    static final class BoringTest extends TlsTest {
        BoringTest() {
            super(TlsConfig.Provider.BEST);
        }

        @Test
        void nativeLibrary_isThere() {
            assertThat(OpenSsl.isAvailable()).isTrue();
        }
    }

    SSLSocket socket(Consumer<SSLParameters> wishes) throws IOException {
        SSLSocket socket = (SSLSocket) certificates.context(null).getSocketFactory().createSocket(
                gateway.tlsAddress().getAddress(), gateway.tlsAddress().getPort());
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        wishes.accept(parameters);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private SSLSession handshake(Consumer<SSLParameters> wishes) throws IOException {
        try (SSLSocket socket = socket(wishes)) {
            socket.startHandshake();
            return socket.getSession();
        }
    }

    static Consumer<SSLParameters> version(String version) {
        return parameters -> parameters.setProtocols(new String[] {version});
    }

    private static Consumer<SSLParameters> host(String name) {
        return parameters -> parameters.setServerNames(List.of(new SNIHostName(name)));
    }

    @Test
    void bothVersions_requestIsForwarded() throws Exception {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (SSLSocket socket = socket(version(version));
                    RawClient client = RawClient.over(socket)) {
                for (int i = 0; i < 3; i++) {
                    assertThat(client.exchange(request("GET", "/" + i, gateway.reader(), ""))
                            .text()).isEqualTo("GET /" + i);
                }
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
            }
        }
    }

    private static Consumer<SSLParameters> offering(String... protocols) {
        return parameters -> parameters.setApplicationProtocols(protocols);
    }

    @Test
    void protocolOfAlpn_isSpoken() throws Exception {
        try (SSLSocket socket = socket(offering("http/1.1"));
                RawClient client = RawClient.over(socket)) {
            assertThat(client.exchange(request("GET", "/1", gateway.reader(), "")).text())
                    .isEqualTo("GET /1");
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
        try (SSLSocket socket = socket(offering("http/1.1", "h2"));
                H2Client client = H2Client.over(socket)) {
            assertThat(client.get(1, "/h2", gateway.reader()).response(1).text())
                    .isEqualTo("GET /h2");
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            gateway.upstream().takeRequest();
            assertThat(gateway.upstream().takeRequest().header("X-Forwarded-Proto"))
                    .isEqualTo("https");
            gateway.time().advance(Duration.ofSeconds(76));
            assertThat(client.end()).isEqualTo(H2Frame.NO_ERROR);
            assertThat(client.wasReset()).isFalse();
        }
    }

    @Test
    void hostNames_chooseTheCertificate() throws IOException {
        assertThat(shownFor(host("other.example"))).isEqualTo(other.bundle().getCertificate());
        assertThat(shownFor(host("OTHER.Example"))).isEqualTo(other.bundle().getCertificate());
        for (String name : List.of("gateway.example", "a.gateway.example", "unknown.example",
                "a.other.example", "example")) {
            assertThat(shownFor(host(name))).as(name).isEqualTo(usual.bundle().getCertificate());
        }
        assertThat(shownFor(parameters -> { })).isEqualTo(usual.bundle().getCertificate());
    }

    private Object shownFor(Consumer<SSLParameters> wishes) throws IOException {
        return handshake(wishes).getPeerCertificates()[0];
    }

    @Test
    void oldVersionsAndWeakSuites_areRefused() throws IOException {
        int good = 0xc02b; // ECDHE_ECDSA with AES-128-GCM
        assertThat(answerTo(RawHello.of(0x0303, good))).isEqualTo(RawHello.HANDSHAKE);
        for (int version : new int[] {0x0300, 0x0301, 0x0302}) {
            assertThat(answerTo(RawHello.of(version, good, 0xc009, 0xc013, 0x002f)))
                    .as("version %x", version).isEqualTo(RawHello.ALERT);
        }
        // without forward secrecy, with CBC, with 3DES, with RC4, without encryption, anonymous
        for (int suite : new int[] {0x009c, 0xc009, 0xc023, 0xc008, 0xc007, 0xc006, 0xc018}) {
            assertThat(answerTo(RawHello.of(0x0303, suite)))
                    .as("suite %x", suite).isEqualTo(RawHello.ALERT);
        }
    }

    private int answerTo(byte[] hello) throws IOException {
        try (Socket socket = new Socket(
                gateway.tlsAddress().getAddress(), gateway.tlsAddress().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(hello);
            return socket.getInputStream().read();
        }
    }

    @Test
    void hugeHello_isCutOffSoon() throws IOException {
        byte[] record = new byte[5 + 16_384];
        System.arraycopy(new byte[] {22, 3, 1, 64, 0, 1, -1, -1, -1}, 0, record, 0, 9);
        byte[] next = new byte[5 + 16_384];
        System.arraycopy(new byte[] {22, 3, 1, 64, 0}, 0, next, 0, 5);
        try (Socket socket = new Socket(
                gateway.tlsAddress().getAddress(), gateway.tlsAddress().getPort())) {
            assertThatThrownBy(() -> {
                socket.getOutputStream().write(record);
                for (int i = 0; i < 1024; i++) {
                    socket.getOutputStream().write(next);
                }
            }).isInstanceOf(SocketException.class);
        }
        await().untilAsserted(() ->
                assertThat(gateway.gateway().stats().tls().failures()).isEqualTo(1));
    }

    @Test
    void newHandshakeWithinAConnection_isNotAnswered() throws IOException {
        try (SSLSocket socket = socket(version("TLSv1.2"));
                RawClient client = RawClient.over(socket)) {
            assertThat(client.exchange(request("GET", "/", gateway.reader(), "")).status())
                    .isEqualTo(200);
            assertThatThrownBy(() -> {
                socket.startHandshake();
                client.exchange(request("GET", "/", gateway.reader(), ""));
            }).isInstanceOf(IOException.class);
        }
    }

    @Test
    void bodyThatBreaksOff_isNoOrderlyEnd() throws IOException {
        gateway.upstream().enqueue(Answer.raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n").close());
        try (SSLSocket socket = socket(parameters -> { })) {
            socket.getOutputStream().write(("GET / HTTP/1.0\r\nHost: app.example\r\n"
                    + "Authorization: Bearer " + gateway.reader() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void protocols_http1IsAgreedOn() throws IOException {
        try (SSLSocket socket = socket(parameters ->
                parameters.setApplicationProtocols(new String[] {"http/1.1"}))) {
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void clearTextOnTheTlsPort_isClosed() throws Exception {
        try (RawClient client = RawClient.connect(gateway.tlsAddress())) {
            client.send(request("GET", "/", gateway.reader(), ""));
            assertThat(client.end()).isNotEqualTo(RawClient.End.OPEN);
        }
        assertThat(gateway.upstream().connections()).isZero();
    }

    @Test
    void helloThatNeverEnds_isClosedAfterTheHandshakeTime() throws Exception {
        try (RawClient silent = RawClient.connect(gateway.tlsAddress());
                RawClient slow = RawClient.connect(gateway.tlsAddress())) {
            slow.send(new byte[] {22, 3, 1, 2, 0, 1});
            await().until(() -> gateway.gateway().stats().server().open() == 2);
            gateway.time().advance(Duration.ofSeconds(11));
            assertThat(silent.end()).isNotEqualTo(RawClient.End.OPEN);
            assertThat(slow.end()).isNotEqualTo(RawClient.End.OPEN);
        }
    }

    @Test
    void clientThatTrustsOthers_goesAway() {
        Certificates strange = new Certificates(directory);
        assertThatThrownBy(() -> {
            try (SSLSocket socket = (SSLSocket) strange.context(null).getSocketFactory()
                    .createSocket(gateway.tlsAddress().getAddress(),
                            gateway.tlsAddress().getPort())) {
                socket.startHandshake();
            }
        }).isInstanceOf(SSLException.class);
    }
}
