package dev.portcullis.gateway.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of one end of a link between two processes of Portcullis, in the form in which
 * gRPC takes them. They follow their files: new connections use what stands in them, when it is
 * good.
 *
 * <p>Any thread; {@link #reload} reads files, so never on an event loop.
 */
public final class LinkTls {
    private static final Logger LOG = LoggerFactory.getLogger(LinkTls.class);

    private final LinkFiles files;
    private final InstantSource clock;
    private final Watched<Material> material;
    private final LongAdder distrusted = new LongAdder();

    /** What the files hold; the managers are null where their files are. */
    private record Material(
            SniKeyManager keys, X509ExtendedTrustManager trust, Instant expiry) {}

    /**
     * Reads the files.
     *
     * @param clock by which certificates expire
     * @throws TlsFilesException when there are mistakes in them
     */
    public LinkTls(LinkFiles files, InstantSource clock) {
        this.files = files;
        this.clock = clock;
        this.material = new Watched<>(files.all(), this::make);
    }

    /** All mistakes in the files; empty when they can be used. */
    public static List<String> mistakes(LinkFiles files, InstantSource clock) {
        PemFiles pem = new PemFiles(clock);
        if (files.certificate() != null) {
            pem.identity(files.certificate(), files.key());
        }
        if (files.ca() != null) {
            pem.certificates(files.ca());
        }
        return List.copyOf(pem.mistakes());
    }

    private Material make() {
        PemFiles pem = new PemFiles(clock);
        Identity identity = files.certificate() == null
                ? null : pem.identity(files.certificate(), files.key());
        List<X509Certificate> authorities =
                files.ca() == null ? List.of() : pem.certificates(files.ca());
        pem.requireGood();
        pem.warnings().forEach(LOG::warn);
        return new Material(
                identity == null ? null : new SniKeyManager(List.of(identity)),
                authorities.isEmpty() ? null : trusting(authorities),
                identity == null ? null : identity.expiry());
    }

    private static X509ExtendedTrustManager trusting(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new IllegalStateException("the JDK makes no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK cannot hold certificates", e);
        }
    }

    /** Looks at the files; what has changed and is good is used for new connections. Blocks. */
    public Reloaded reload() {
        return material.look();
    }

    /** When the certificate of this end expires; null when it shows none. */
    public Instant expiry() {
        return material.value().expiry();
    }

    /** How many certificates of other ends were not believed. */
    public long distrusted() {
        return distrusted.sum();
    }

    /**
     * What this end shows.
     *
     * @throws IllegalStateException when it has no certificate
     */
    public X509ExtendedKeyManager keys() {
        if (files.certificate() == null) {
            throw new IllegalStateException("this end has no certificate");
        }
        return new LinkKeys(() -> material.value().keys());
    }

    /**
     * Whom this end believes: the host's name is compared as well, where the connection asks for
     * that.
     *
     * @throws IllegalStateException when it knows no authorities
     */
    public X509ExtendedTrustManager trust() {
        if (files.ca() == null) {
            throw new IllegalStateException("this end knows no authorities");
        }
        return new Following();
    }

    /** Says why, once for each: it is the operator who can do something about it. */
    private CertificateException told(CertificateException e, X509Certificate[] chain) {
        distrusted.increment();
        LOG.warn("a certificate of the other end ({}) is not believed: {}",
                chain == null || chain.length == 0
                        ? "none" : chain[0].getSubjectX500Principal().getName(),
                innermost(e));
        return e;
    }

    private static String innermost(Throwable failure) {
        Throwable at = failure;
        while (at.getCause() != null && at.getCause() != at) {
            at = at.getCause();
        }
        return at.getMessage();
    }

    /** Believes whom the files say at each moment. */
    private final class Following extends X509ExtendedTrustManager {
        private X509ExtendedTrustManager now() {
            return material.value().trust();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            try {
                now().checkClientTrusted(chain, type, engine);
            } catch (CertificateException e) {
                throw told(e, chain);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            try {
                now().checkServerTrusted(chain, type, engine);
            } catch (CertificateException e) {
                throw told(e, chain);
            }
        }

        // without an engine no host name could be compared: nothing that is used here comes so

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("only connections can be verified");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            throw new CertificateException("only connections can be verified");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("only connections can be verified");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("only connections can be verified");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return now().getAcceptedIssuers();
        }
    }
}
