package dev.portcullis.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.Certificates.Leaf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of the link between processes, while they change. */
@Timeout(60)
class LinkTlsTest {
    private static final InstantSource CLOCK = Instant::now;
    private static final int HANDSHAKES = 200;

    @TempDir
    Path directory;

    private Certificates certificates;
    private Leaf shown;
    private Leaf other;
    private LinkTls link;

    @BeforeEach
    void issue() {
        certificates = new Certificates(directory);
        shown = certificates.server("one.example");
        other = certificates.server("two.example");
        link = new LinkTls(new LinkFiles(shown.chain(), shown.key(), certificates.caFile()), CLOCK);
    }

    private static String subject(X509Certificate[] chain) {
        return chain[0].getSubjectX500Principal().getName();
    }

    private static PrivateKey keyOf(Leaf leaf) {
        return leaf.bundle().getKeyPair().getPrivate();
    }

    @Test
    void changeWithinAHandshake_leavesItKeyAndCertificateThatGoTogether() throws Exception {
        X509ExtendedKeyManager keys = link.keys();
        PrivateKey firstKey = keyOf(shown);
        String begun = keys.chooseEngineServerAlias("EC", null, engineOf(keys));
        certificates.replace(shown, other);
        assertThat(link.reload().changed()).hasSize(1);
        // another handshake begins meanwhile, and sees the new one
        String next = keys.chooseEngineServerAlias("EC", null, engineOf(keys));
        assertThat(keys.getPrivateKey(begun)).isEqualTo(firstKey);
        assertThat(subject(keys.getCertificateChain(begun))).isEqualTo("CN=one.example");
        assertThat(keys.getPrivateKey(next)).isEqualTo(keyOf(other));
        assertThat(subject(keys.getCertificateChain(next))).isEqualTo("CN=two.example");
    }

    @Test
    void keyBeforeItsCertificate_keepsThePairThatWasThere() throws Exception {
        X509ExtendedKeyManager keys = link.keys();
        Files.copy(other.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(link.reload().mistakes()).singleElement().asString()
                .contains("not the key of the first certificate");
        assertThat(link.reload()).isEqualTo(Reloaded.NOTHING);
        String alias = keys.chooseEngineServerAlias("EC", null, engineOf(keys));
        assertThat(subject(keys.getCertificateChain(alias))).isEqualTo("CN=one.example");
        assertThat(keys.getPrivateKey(alias)).isEqualTo(keyOf(shown));

        Files.copy(other.chain(), shown.chain(), StandardCopyOption.REPLACE_EXISTING);
        assertThat(link.reload().changed()).hasSize(1);
        alias = keys.chooseEngineServerAlias("EC", null, engineOf(keys));
        assertThat(subject(keys.getCertificateChain(alias))).isEqualTo("CN=two.example");
        assertThat(keys.getPrivateKey(alias)).isEqualTo(keyOf(other));
    }

    @Test
    void filesThatChangeWhileTheyAreRead_waitForTheNextLook() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "first");
        AtomicReference<String> next = new AtomicReference<>();
        Watched<String> watched = new Watched<>(List.of(file), () -> {
            try {
                String read = Files.readString(file);
                if (next.get() != null) {
                    Files.writeString(file, next.getAndSet(null));
                }
                return read;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Files.writeString(file, "second");
        next.set("third");
        assertThat(watched.look()).isEqualTo(Reloaded.NOTHING);
        assertThat(watched.value()).isEqualTo("first");
        assertThat(watched.look().changed()).hasSize(1);
        assertThat(watched.value()).isEqualTo("third");
    }

    @Test
    void handshakes_succeedWhileCertificatesChangeAllTheTime() throws Exception {
        Leaf first = certificates.server("one.example");
        X509ExtendedKeyManager keys = link.keys();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger changes = new AtomicInteger();
        Thread changing = new Thread(() -> {
            while (!done.get()) {
                try {
                    certificates.replace(shown, changes.get() % 2 == 0 ? other : first);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (!link.reload().changed().isEmpty()) {
                    changes.incrementAndGet();
                }
            }
        });
        changing.start();
        try {
            for (int i = 0; i < HANDSHAKES || changes.get() < 10; i++) {
                handshake(keys);
            }
        } finally {
            done.set(true);
            changing.join();
        }
    }

    private static SSLEngine engineOf(X509ExtendedKeyManager keys) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, null, null);
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return engine;
    }

    /** Both ends of one connection, until both are done. */
    private void handshake(X509ExtendedKeyManager keys) throws Exception {
        SSLEngine server = engineOf(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {link.trust()}, null);
        SSLEngine client = context.createSSLEngine();
        client.setUseClientMode(true);
        ByteBuffer toServer = ByteBuffer.allocate(64 << 10);
        ByteBuffer toClient = ByteBuffer.allocate(64 << 10);
        client.beginHandshake();
        server.beginHandshake();
        for (int step = 0; !(finished(client) && finished(server)); step++) {
            assertThat(step).isLessThan(100);
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        assertThat(client.getSession().getPeerCertificates()).isNotEmpty();
    }

    private static boolean finished(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out)
            throws SSLException {
        ByteBuffer none = ByteBuffer.allocate(64 << 10);
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            default -> {
                in.flip();
                engine.unwrap(in, none);
                in.compact();
            }
        }
    }
}
