package dev.portcullis.gateway.testkit;

import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.gateway.tls.TlsConfig;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** An authority of a test's own, and the certificates it issues, as PEM files. Any thread. */
public final class Certificates {
    private static final String ALTERNATIVE_NAMES = "2.5.29.17";
    private static final int DNS_NAME = 0x82;
    private static final int SEQUENCE = 0x30;
    private static final int LENGTH_IN_ONE_OCTET = 0x81;
    private static final String OWN = "own";
    private static final char[] NO_PASSWORD = new char[0];
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Path directory;
    private final X509Bundle authority;
    private final Path caFile;

    /** A new authority, with its files in that directory. */
    public Certificates(Path directory) {
        this.directory = directory;
        authority = checked(() -> base("CN=Test Authority " + NUMBERS.incrementAndGet())
                .setIsCertificateAuthority(true)
                .setKeyUsage(true, CertificateBuilder.KeyUsage.keyCertSign)
                .buildSelfSigned());
        caFile = write("ca", authority.getCertificatePEM());
    }

    /** One certificate, its key, and the files of both. */
    public record Leaf(X509Bundle bundle, Path chain, Path key) {
        /** As a gateway is told of it. */
        public TlsConfig.Certificate certificate() {
            return new TlsConfig.Certificate(chain, key);
        }

        /** By which a token is restricted to it. */
        public Fingerprint fingerprint() {
            return Fingerprint.of(checked(() -> MessageDigest.getInstance("SHA-256")
                    .digest(bundle.getCertificate().getEncoded())));
        }
    }

    /** The authority's own certificate. */
    public Path caFile() {
        return caFile;
    }

    /** For a server of these host names. */
    public Leaf server(String... names) {
        return issue(names[0], certificate -> named(certificate, names));
    }

    /** Puts host names into a server's certificate; wildcards, too. */
    public static CertificateBuilder named(CertificateBuilder certificate, String... names) {
        ByteArrayOutputStream alternatives = new ByteArrayOutputStream();
        for (String name : names) {
            byte[] text = name.getBytes(StandardCharsets.US_ASCII);
            alternatives.write(DNS_NAME);
            alternatives.write(text.length);
            alternatives.writeBytes(text);
        }
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        sequence.write(SEQUENCE);
        sequence.write(LENGTH_IN_ONE_OCTET);
        sequence.write(alternatives.size());
        sequence.writeBytes(alternatives.toByteArray());
        // the builder has a method for this, which knows no wildcards
        return certificate
                .addExtensionOctetString(ALTERNATIVE_NAMES, false, sequence.toByteArray())
                .addExtendedKeyUsageServerAuth();
    }

    /** For a client of that name. */
    public Leaf client(String name) {
        return issue(name, CertificateBuilder::addExtendedKeyUsageClientAuth);
    }

    /** A certificate with whatever the test wants in it. */
    public Leaf issue(String name, UnaryOperator<CertificateBuilder> wishes) {
        X509Bundle bundle = checked(() ->
                wishes.apply(base("CN=" + name.replace("*", "any"))).buildIssuedBy(authority));
        return new Leaf(bundle, write("chain", bundle.getCertificatePathPEM()),
                write("key", bundle.getPrivateKeyPEM()));
    }

    /** Writes what belongs to one certificate into the files of another. */
    public void replace(Leaf inFilesOf, Leaf by) throws IOException {
        Files.copy(by.chain(), inFilesOf.chain(),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(by.key(), inFilesOf.key(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** What trusts this authority, and shows that certificate, or none (null). */
    public SSLContext context(Leaf own) {
        return checked(() -> {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, NO_PASSWORD);
            trusted.setCertificateEntry("ca", authority.getCertificate());
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore shown = KeyStore.getInstance("PKCS12");
            shown.load(null, NO_PASSWORD);
            if (own != null) {
                shown.setKeyEntry(OWN, own.bundle().getKeyPair().getPrivate(), NO_PASSWORD,
                        own.bundle().getCertificatePath());
            }
            keys.init(shown, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManager[] managers = own == null
                    ? keys.getKeyManagers()
                    : new KeyManager[] {
                        new Insisting((X509ExtendedKeyManager) keys.getKeyManagers()[0])};
            context.init(managers, trust.getTrustManagers(), null);
            return context;
        });
    }

    /** Shows its certificate to whoever asks for any, also to those who will not believe it. */
    private static final class Insisting extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager keys;

        Insisting(X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return OWN;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, Principal[] issuers, SSLEngine engine) {
            return OWN;
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String chooseEngineServerAlias(
                String type, Principal[] issuers, SSLEngine engine) {
            return keys.chooseEngineServerAlias(type, issuers, engine);
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {OWN};
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }
    }

    private static CertificateBuilder base(String subject) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .subject(subject)
                .ecp256()
                .notBefore(now.minus(Duration.ofDays(2)))
                .notAfter(now.plus(Duration.ofDays(30)));
    }

    private Path write(String what, String pem) {
        return checked(() -> {
            Path file = directory.resolve(what + "-" + NUMBERS.incrementAndGet() + ".pem");
            Files.writeString(file, pem);
            return Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString("rw-------"));
        });
    }

    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> T checked(Work<T> work) {
        try {
            return work.run();
        } catch (Exception e) {
            throw new AssertionError("a certificate cannot be made", e);
        }
    }
}
