package dev.portcullis.gateway.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows the certificate that there is at each moment. A handshake asks three times: for an alias,
 * its key, its chain. So that all three are of one certificate, also when that changes meanwhile,
 * an alias says of which it is, and the one before the current is kept. Any thread.
 */
final class LinkKeys extends X509ExtendedKeyManager {
    private static final char NUMBER_END = '.';

    private final Supplier<SniKeyManager> latest;
    // guarded by this
    private Numbered current;
    private Numbered before;

    /** One certificate in the order of those there were. */
    private record Numbered(long number, SniKeyManager keys) {
        String alias(String own) {
            return own == null ? null : Long.toString(number) + NUMBER_END + own;
        }

        String[] aliases(String[] own) {
            return Arrays.stream(own).map(this::alias).toArray(String[]::new);
        }
    }

    /** @param latest what is to be shown now */
    LinkKeys(Supplier<SniKeyManager> latest) {
        this.latest = latest;
        current = new Numbered(0, latest.get());
        before = current;
    }

    private synchronized Numbered current() {
        SniKeyManager now = latest.get();
        if (now != current.keys()) {
            before = current;
            current = new Numbered(before.number() + 1, now);
        }
        return current;
    }

    /** Null when it is of a certificate that has long been another. */
    private synchronized SniKeyManager keysOf(String alias) {
        long number = Long.parseLong(alias.substring(0, alias.indexOf(NUMBER_END)));
        return number == current.number() ? current.keys()
                : number == before.number() ? before.keys() : null;
    }

    private static String own(String alias) {
        return alias.substring(alias.indexOf(NUMBER_END) + 1);
    }

    @Override
    public String chooseEngineClientAlias(
            String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        Numbered now = current();
        return now.alias(now.keys().chooseEngineClientAlias(keyTypes, issuers, engine));
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        Numbered now = current();
        return now.alias(now.keys().chooseEngineServerAlias(keyType, issuers, engine));
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        Numbered now = current();
        return now.aliases(now.keys().getClientAliases(keyType, issuers));
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        Numbered now = current();
        return now.alias(now.keys().chooseClientAlias(keyTypes, issuers, socket));
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        Numbered now = current();
        return now.aliases(now.keys().getServerAliases(keyType, issuers));
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        Numbered now = current();
        return now.alias(now.keys().chooseServerAlias(keyType, issuers, socket));
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        SniKeyManager keys = keysOf(alias);
        return keys == null ? null : keys.getCertificateChain(own(alias));
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        SniKeyManager keys = keysOf(alias);
        return keys == null ? null : keys.getPrivateKey(own(alias));
    }
}
