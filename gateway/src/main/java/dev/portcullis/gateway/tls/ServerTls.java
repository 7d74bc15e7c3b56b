package dev.portcullis.gateway.tls;

import dev.portcullis.core.access.Fingerprint;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with clients: one context for all host names, so that what is asked of a client cannot depend
 * on how its hello reads. TLS 1.2 and 1.3, AEAD with forward secrecy; no early data (RFC 8446,
 * section 8), no renegotiation, no compression. Any thread.
 */
public final class ServerTls {
    /** From the connection to the end of the handshake. */
    public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final TlsConfig config;
    private final List<String> protocols;
    private final InstantSource clock;
    private final TlsStats stats;
    private final Watched<Current> current;

    /** What the files say now. */
    private record Current(SslContext context, Instant expiry) {}

    /**
     * TLS as configured.
     *
     * @param protocols offered by ALPN, best first
     * @param stats where handshakes are counted
     * @throws TlsFilesException when there are mistakes in the files
     */
    public ServerTls(
            TlsConfig config, List<String> protocols, InstantSource clock, TlsStats stats) {
        this.config = config;
        this.protocols = List.copyOf(protocols);
        this.clock = clock;
        this.stats = stats;
        this.current = new Watched<>(files(config), this::make);
    }

    /** All mistakes in the files of a configuration; empty when it can be used. */
    public static List<String> mistakes(TlsConfig config, InstantSource clock) {
        PemFiles pem = new PemFiles(clock);
        read(config, pem);
        return List.copyOf(pem.mistakes());
    }

    private static List<Path> files(TlsConfig config) {
        List<Path> files = new ArrayList<>();
        for (TlsConfig.Certificate certificate : config.certificates()) {
            files.add(certificate.chain());
            files.add(certificate.key());
        }
        if (config.clients() != TlsConfig.Clients.NONE) {
            files.add(config.clientCa());
        }
        return files;
    }

    /** What the files hold. */
    private record Material(List<Identity> identities, List<X509Certificate> authorities) {}

    private static Material read(TlsConfig config, PemFiles pem) {
        List<Identity> identities = new ArrayList<>();
        for (TlsConfig.Certificate certificate : config.certificates()) {
            Identity identity = pem.identity(certificate.chain(), certificate.key());
            if (identity != null) {
                identities.add(identity);
            }
        }
        List<X509Certificate> authorities = config.clients() == TlsConfig.Clients.NONE
                ? List.of() : pem.certificates(config.clientCa());
        return new Material(identities, authorities);
    }

    private Current make() {
        PemFiles pem = new PemFiles(clock);
        Material material = read(config, pem);
        pem.requireGood();
        pem.warnings().forEach(LOG::warn);
        Instant expiry = Instant.MAX;
        for (Identity identity : material.identities()) {
            LOG.info("TLS certificate {} for {} is valid until {}",
                    identity, identity.names(), identity.expiry());
            expiry = identity.expiry().isBefore(expiry) ? identity.expiry() : expiry;
        }
        try {
            return new Current(contextOf(material), expiry);
        } catch (SSLException e) {
            throw new TlsFilesException(List.of(files(config).get(0)
                    + ": the TLS library refuses these certificates: " + e.getMessage()));
        }
    }

    private SslContext contextOf(Material material) throws SSLException {
        SslProvider provider = TlsContexts.provider(config.provider());
        SslContextBuilder builder = SslContextBuilder.forServer(
                TlsContexts.keys(new SniKeyManager(material.identities()), provider));
        TlsContexts.common(builder, provider, config.onlyNewest(), protocols);
        builder.clientAuth(switch (config.clients()) {
            case NONE -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        });
        if (config.clients() != TlsConfig.Clients.NONE) {
            builder.trustManager(material.authorities());
        }
        SslContext context = builder.build();
        if (config.clients() == TlsConfig.Clients.NONE
                && context instanceof ReferenceCountedOpenSslContext boring) {
            // BoringSSL makes and changes the keys of its tickets itself. Where certificates are
            // asked for, every connection proves its own
            boring.sessionContext().setTicketKeys();
        }
        return context;
    }

    /** Speaks TLS on a new connection, by the certificates as they are now. */
    public void addTo(ChannelPipeline pipeline) {
        SslHandler handler =
                current.value().context().newHandler(pipeline.channel().alloc());
        // whoever waits for the handshake counts its time
        handler.setHandshakeTimeoutMillis(0);
        pipeline.addLast(handler, TlsFaults.INSTANCE);
    }

    /**
     * The certificate of the client at the other end of a completed handshake; null when it has
     * shown none. From here on the client can negotiate nothing anew.
     *
     * @throws CertificateException when it is not valid any more: a resumed session was verified
     *     earlier
     */
    public Fingerprint completed(SSLEngine engine) throws CertificateException {
        TlsContexts.endNegotiation(engine);
        if (config.clients() == TlsConfig.Clients.NONE) {
            return null;
        }
        try {
            X509Certificate client =
                    (X509Certificate) engine.getSession().getPeerCertificates()[0];
            client.checkValidity(Date.from(clock.instant()));
            return Fingerprint.of(Sha256.of(client.getEncoded()));
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** Looks at the files; what has changed and is good is used for new connections. Blocks. */
    public Reloaded reload() {
        return current.look();
    }

    /** When the first of the certificates expires. */
    public Instant expiry() {
        return current.value().expiry();
    }

    /** A handshake was completed, or was not. */
    public void count(boolean completed) {
        (completed ? stats.handshakes : stats.failures).increment();
    }
}
