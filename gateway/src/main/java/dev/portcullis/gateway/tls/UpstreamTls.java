package dev.portcullis.gateway.tls;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS with upstreams: a {@link Client} for each way of doing it, shared by all who do it so. Any
 * thread; what reads files blocks, so never on an event loop.
 */
public final class UpstreamTls {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTls.class);
    private static final long NANOS_BETWEEN_LINES = Duration.ofSeconds(5).toNanos();

    private final TlsConfig.Provider provider;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Map<ClientTlsConfig, Client> clients = new LinkedHashMap<>();

    /**
     * No clients yet.
     *
     * @param nanoTime monotonic, by which lines of the log are spaced
     */
    public UpstreamTls(
            TlsConfig.Provider provider, InstantSource clock, LongSupplier nanoTime) {
        this.provider = provider;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** All mistakes in the files of a configuration; empty when it can be used. */
    public static List<String> mistakes(ClientTlsConfig config, InstantSource clock) {
        PemFiles pem = new PemFiles(clock);
        read(config, pem);
        return List.copyOf(pem.mistakes());
    }

    /**
     * The client for a configuration.
     *
     * @throws TlsFilesException when there are mistakes in the files
     */
    public synchronized Client client(ClientTlsConfig config) {
        Client known = clients.get(config);
        if (known == null) {
            known = new Client(config);
            clients.put(config, known);
        }
        return known;
    }

    /** Forgets all clients but these. */
    public synchronized void retain(Collection<Client> used) {
        clients.values().retainAll(used);
    }

    /** Looks at all files; what has changed and is good is used for new connections. Blocks. */
    public Reloaded reload() {
        List<Client> looking;
        synchronized (this) {
            looking = List.copyOf(clients.values());
        }
        Reloaded found = Reloaded.NOTHING;
        for (Client client : looking) {
            found = found.and(client.context.look());
        }
        return found;
    }

    /** What the files hold; no authorities: those of the machine. */
    private record Material(Identity identity, List<X509Certificate> authorities) {}

    private static Material read(ClientTlsConfig config, PemFiles pem) {
        List<X509Certificate> authorities =
                config.ca() == null ? List.of() : pem.certificates(config.ca());
        Identity identity = config.certificate() == null
                ? null : pem.identity(config.certificate(), config.key());
        return new Material(identity, authorities);
    }

    /** TLS with upstreams that are reached in one way. Any thread. */
    public final class Client {
        private final ClientTlsConfig config;
        private final Watched<SslContext> context;
        private final AtomicLong quietUntil;

        private Client(ClientTlsConfig config) {
            this.config = config;
            quietUntil = new AtomicLong(nanoTime.getAsLong());
            List<Path> files = Stream.of(config.ca(), config.certificate(), config.key())
                    .filter(file -> file != null)
                    .toList();
            context = new Watched<>(files, this::make);
        }

        private SslContext make() {
            PemFiles pem = new PemFiles(clock);
            Material material = read(config, pem);
            pem.requireGood();
            pem.warnings().forEach(LOG::warn);
            SslProvider by = TlsContexts.provider(provider);
            SslContextBuilder builder = TlsContexts.common(
                    SslContextBuilder.forClient(), by, false, config.protocols());
            builder.endpointIdentificationAlgorithm(TlsContexts.HTTPS_NAMES);
            if (!material.authorities().isEmpty()) {
                builder.trustManager(material.authorities());
            }
            if (material.identity() != null) {
                builder.keyManager(TlsContexts.keys(
                        new SniKeyManager(List.of(material.identity())), by));
            }
            try {
                return builder.build();
            } catch (SSLException e) {
                throw new TlsFilesException(List.of(
                        (config.certificate() == null ? config.ca() : config.certificate())
                                + ": the TLS library refuses this: " + e.getMessage()));
            }
        }

        /**
         * Speaks TLS on a new connection.
         *
         * @param host whom the server must prove to be, unless configured otherwise
         * @param timeout of the handshake
         */
        public void addTo(ChannelPipeline pipeline, String host, int port, Duration timeout) {
            String name = config.serverName() == null ? host : config.serverName();
            SslHandler handler =
                    context.value().newHandler(pipeline.channel().alloc(), name, port);
            SSLEngine engine = handler.engine();
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(TlsContexts.HTTPS_NAMES);
            if (!isAddress(name)) {
                // by itself the JDK names no host without a dot
                parameters.setServerNames(List.of(new SNIHostName(name)));
            }
            engine.setSSLParameters(parameters);
            handler.setHandshakeTimeoutMillis(timeout.toMillis());
            pipeline.addLast(handler, TlsFaults.INSTANCE);
        }

        /** A handshake has succeeded: the server can negotiate nothing anew. */
        public void completed(SSLEngine engine) {
            TlsContexts.endNegotiation(engine);
        }

        /** Tells the operator why a handshake failed, at most every few seconds. */
        public void failed(Object endpoint, String application, Throwable cause) {
            long now = nanoTime.getAsLong();
            long quiet = quietUntil.get();
            if (now - quiet >= 0 && quietUntil.compareAndSet(quiet, now + NANOS_BETWEEN_LINES)) {
                LOG.warn("no TLS with {} of application {}: {}",
                        endpoint, application, reason(cause));
            }
        }
    }

    private static boolean isAddress(String name) {
        return NetUtil.isValidIpV4Address(name) || NetUtil.isValidIpV6Address(name);
    }

    /** The innermost cause says what it was: the name, the authority, the date. */
    private static String reason(Throwable cause) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable at = cause; at != null && !chain.contains(at); at = at.getCause()) {
            chain.add(at);
        }
        Throwable innermost = chain.get(chain.size() - 1);
        return innermost.getMessage() == null
                ? innermost.getClass().getSimpleName() : innermost.getMessage();
    }
}
