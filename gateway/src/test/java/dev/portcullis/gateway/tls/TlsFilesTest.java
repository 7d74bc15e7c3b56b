package dev.portcullis.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.Certificates.Leaf;
import io.netty.pkitesting.CertificateBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of files that cannot be used, and when they are read again. */
class TlsFilesTest {
    private static final InstantSource CLOCK = Instant::now;

    @TempDir
    Path directory;

    private Certificates certificates;
    private Leaf good;

    @BeforeEach
    void issue() {
        certificates = new Certificates(directory);
        good = certificates.server("good.example", "*.good.example");
    }

    private static TlsConfig config(TlsConfig.Certificate... shown) {
        return new TlsConfig(List.of(shown), TlsConfig.Clients.NONE, null, false);
    }

    private static List<String> mistakes(Path chain, Path key) {
        return ServerTls.mistakes(config(new TlsConfig.Certificate(chain, key)), CLOCK);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void goodFiles_haveNoMistakes() {
        assertThat(mistakes(good.chain(), good.key())).isEmpty();
        Leaf rsa = certificates.issue("rsa", certificate ->
                Certificates.named(certificate.rsa2048(), "rsa.example"));
        assertThat(mistakes(rsa.chain(), rsa.key())).isEmpty();
    }

    @Test
    void allMistakes_areToldAtOnceWithTheirFiles() throws IOException {
        Path missing = directory.resolve("missing.pem");
        Path noPem = file("no.pem", "not a certificate at all");
        Leaf other = certificates.server("other.example");
        Leaf expired = certificates.issue("expired", certificate -> Certificates
                .named(certificate, "expired.example")
                .notAfter(Instant.now().minus(Duration.ofHours(1))));
        TlsConfig config = new TlsConfig(
                List.of(new TlsConfig.Certificate(missing, good.key()),
                        new TlsConfig.Certificate(good.chain(), other.key()),
                        new TlsConfig.Certificate(noPem, missing),
                        expired.certificate()),
                TlsConfig.Clients.REQUIRED, noPem, false);
        List<String> mistakes = ServerTls.mistakes(config, CLOCK);
        assertThat(mistakes).hasSize(5);
        assertThat(mistakes.get(0)).contains(missing.toString(), "no such file", "name one");
        assertThat(mistakes.get(1)).contains(other.key().toString(), good.chain().toString(),
                "not the key of");
        assertThat(mistakes.get(2)).contains(noPem.toString(), "not PEM", "openssl");
        assertThat(mistakes.get(3)).contains(expired.chain().toString(), "expired at", "renewed");
        assertThat(mistakes.get(4)).contains(noPem.toString());
        assertThatThrownBy(() -> new ServerTls(config, List.of("http/1.1"), CLOCK, new TlsStats()))
                .isInstanceOfSatisfying(TlsFilesException.class,
                        e -> assertThat(e.mistakes()).isEqualTo(mistakes));
    }

    @Test
    void oneFileNamedTwice_isToldOfOnce() {
        Path missing = directory.resolve("missing.pem");
        assertThat(UpstreamTls.mistakes(
                new ClientTlsConfig(missing, missing, missing, null, List.of("http/1.1")), CLOCK))
                .singleElement().asString().contains(missing.toString());
    }

    @Test
    void keysInOtherForms_areToldHowToBeBroughtIntoOurs() throws IOException {
        assertThat(mistakes(good.chain(), file("old.pem",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")))
                .singleElement().asString().contains("PKCS#8", "openssl pkcs8 -topk8");
        assertThat(mistakes(good.chain(), file("locked.pem", "-----BEGIN ENCRYPTED PRIVATE KEY"
                + "-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")))
                .singleElement().asString().contains("has a password");
        assertThat(mistakes(good.chain(), file("broken.pem",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")))
                .singleElement().asString().contains("neither RSA nor EC");
        assertThat(mistakes(good.chain(), good.chain()))
                .singleElement().asString().contains("no key in it");
        assertThat(mistakes(good.key(), good.key()))
                .singleElement().asString().contains("no certificate in it");
        assertThat(mistakes(file("damaged.pem",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), good.key()))
                .singleElement().asString().contains("certificate 1", "damaged");
    }

    @Test
    void hugeFile_isNotRead() throws IOException {
        assertThat(mistakes(file("huge.pem", "x".repeat((1 << 20) + 1)), good.key()))
                .singleElement().asString().contains("larger than 1 MiB");
    }

    @Test
    void certificateThatIsNotValidYet_isAMistake() {
        Leaf early = certificates.issue("early", certificate -> Certificates
                .named(certificate, "early.example")
                .notBefore(Instant.now().plus(Duration.ofDays(1))));
        assertThat(mistakes(early.chain(), early.key()))
                .singleElement().asString().contains("not valid before");
    }

    @Test
    void keyThatOthersCanRead_isWarnedOf() throws IOException {
        PemFiles tight = new PemFiles(CLOCK);
        tight.identity(good.chain(), good.key());
        assertThat(tight.warnings()).isEmpty();
        Files.setPosixFilePermissions(good.key(), PosixFilePermissions.fromString("rw-r-----"));
        PemFiles loose = new PemFiles(CLOCK);
        loose.identity(good.chain(), good.key());
        assertThat(loose.mistakes()).isEmpty();
        assertThat(loose.warnings())
                .singleElement().asString().contains(good.key().toString(), "chmod 600");
    }

    @Test
    void filesChange_goodOnesAreUsedAndBadOnesToldOfOnce() throws IOException {
        ServerTls tls = new ServerTls(
                config(good.certificate()), List.of("http/1.1"), CLOCK, new TlsStats());
        assertThat(tls.reload()).isEqualTo(Reloaded.NOTHING);
        Instant before = tls.expiry();

        Files.writeString(good.key(), "nothing of use");
        assertThat(tls.reload().mistakes()).singleElement().asString().contains("not PEM");
        assertThat(tls.reload()).isEqualTo(Reloaded.NOTHING);
        assertThat(tls.expiry()).isEqualTo(before);

        Leaf next = certificates.issue("next", certificate -> Certificates
                .named(certificate, "good.example")
                .notAfter(Instant.now().plus(Duration.ofDays(5))));
        certificates.replace(good, next);
        assertThat(tls.reload().changed()).containsExactly(good.chain().toString());
        assertThat(tls.expiry()).isBefore(before);
    }

    @Test
    void configurationThatMakesNoSense_isRefused() {
        List<TlsConfig.Certificate> none = new ArrayList<>();
        assertThatThrownBy(() -> new TlsConfig(none, TlsConfig.Clients.NONE, null, false))
                .isInstanceOf(IllegalArgumentException.class);
        List<TlsConfig.Certificate> one = List.of(good.certificate());
        assertThatThrownBy(() -> new TlsConfig(one, TlsConfig.Clients.OPTIONAL, null, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                new ClientTlsConfig(null, good.chain(), null, null, List.of("http/1.1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keyOfAnotherKind_isAMistake() {
        Leaf strange = certificates.issue("ed", certificate ->
                certificate.algorithm(CertificateBuilder.Algorithm.ed25519)
                        .addExtendedKeyUsageServerAuth());
        assertThat(mistakes(strange.chain(), strange.key()))
                .singleElement().asString().contains("neither RSA nor EC");
    }
}
