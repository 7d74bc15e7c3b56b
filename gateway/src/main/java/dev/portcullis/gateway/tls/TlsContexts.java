package dev.portcullis.gateway.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;

/** What all contexts have in common: versions, suites, protocols, provider. */
final class TlsContexts {
    /** How a server's name is compared with its certificate (RFC 2818, section 3.1). */
    static final String HTTPS_NAMES = "HTTPS";

    private static final String TLS_1_3 = "TLSv1.3";
    private static final String TLS_1_2 = "TLSv1.2";
    /** AEAD with forward secrecy, and nothing else. */
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private TlsContexts() {}

    /** BoringSSL where it is wanted and there, else the JDK's. */
    static SslProvider provider(TlsConfig.Provider wanted) {
        return wanted == TlsConfig.Provider.BEST && OpenSsl.isAvailable()
                ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    /** Sets what holds for all contexts. */
    static SslContextBuilder common(
            SslContextBuilder builder, SslProvider provider, boolean onlyNewest,
            List<String> protocols) {
        return builder
                .sslProvider(provider)
                .protocols(onlyNewest ? List.of(TLS_1_3) : List.of(TLS_1_3, TLS_1_2))
                .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
    }

    /**
     * The handshake is done: from here on the peer can negotiate nothing anew. The JDK's engine
     * would answer a TLS 1.2 hello within the connection (RFC 5746); without a version to choose
     * from it cannot. BoringSSL never does.
     */
    static void endNegotiation(SSLEngine engine) {
        if (!(engine instanceof ReferenceCountedOpenSslEngine)
                && TLS_1_2.equals(engine.getSession().getProtocol())) {
            engine.setEnabledProtocols(new String[0]);
        }
    }

    /** The keys in a form in which BoringSSL reads each of them once, not at each handshake. */
    static KeyManagerFactory keys(SniKeyManager keys, SslProvider provider) {
        KeyManagerFactory factory = new FixedKeys(keys);
        return provider == SslProvider.JDK
                ? factory : new OpenSslCachingX509KeyManagerFactory(factory);
    }

    /** Gives out the one key manager it was made with. */
    private static final class FixedKeys extends SimpleKeyManagerFactory {
        private final SniKeyManager keys;

        FixedKeys(SniKeyManager keys) {
            this.keys = keys;
        }

        @Override
        protected void engineInit(KeyStore store, char[] password) {
            throw new UnsupportedOperationException("the keys are fixed");
        }

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {
            throw new UnsupportedOperationException("the keys are fixed");
        }

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {keys};
        }
    }
}
