package dev.portcullis.gateway.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Chooses the certificate by the host the client names (RFC 6066, section 3), within the TLS
 * provider: the hello is read once, by the one who negotiates, so that no way of cutting it into
 * pieces leads to another context with other demands. Immutable; any thread.
 *
 * <p>Aliases are the identities' numbers.
 */
final class SniKeyManager extends X509ExtendedKeyManager {
    private final List<Identity> identities;
    private final Map<String, int[]> byName = new HashMap<>();
    private final int[] usual;

    /** The first is shown to who names no host, or an unknown one. */
    SniKeyManager(List<Identity> identities) {
        this.identities = List.copyOf(identities);
        Map<String, List<Integer>> gathered = new HashMap<>();
        for (int i = 0; i < identities.size(); i++) {
            for (String name : identities.get(i).names()) {
                gathered.computeIfAbsent(name, it -> new ArrayList<>()).add(i);
            }
        }
        gathered.forEach((name, numbers) ->
                byName.put(name, numbers.stream().mapToInt(Integer::intValue).toArray()));
        usual = likeTheFirst();
    }

    /** The first, and what bears its names with another kind of key. */
    private int[] likeTheFirst() {
        Set<Integer> alike = new LinkedHashSet<>(List.of(0));
        for (String name : identities.get(0).names()) {
            IntStream.of(byName.get(name)).forEach(alike::add);
        }
        return alike.stream().mapToInt(Integer::intValue).toArray();
    }

    private int[] candidates(String host) {
        if (host == null) {
            return usual;
        }
        int[] exact = byName.get(host);
        if (exact != null) {
            return exact;
        }
        int dot = host.indexOf('.');
        // a wildcard stands for exactly one label (RFC 6125, section 6.4.3)
        int[] wild = dot <= 0 ? null : byName.get("*" + host.substring(dot));
        return wild == null ? usual : wild;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        for (int number : candidates(hostOf(engine))) {
            if (identities.get(number).isFor(keyType)) {
                return Integer.toString(number);
            }
        }
        return null;
    }

    private static String hostOf(SSLEngine engine) {
        SSLSession session = engine.getHandshakeSession();
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chain();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return aliasesFor(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return aliasesFor(keyType);
    }

    private String[] aliasesFor(String keyType) {
        return IntStream.range(0, identities.size())
                .filter(number -> identities.get(number).isFor(keyType))
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
    }

    @Override
    public String chooseEngineClientAlias(
            String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return firstFor(keyTypes);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return firstFor(keyTypes);
    }

    private String firstFor(String[] keyTypes) {
        for (String keyType : keyTypes) {
            String[] aliases = aliasesFor(keyType);
            if (aliases.length > 0) {
                return aliases[0];
            }
        }
        return null;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException("connections are engines, never sockets");
    }
}
