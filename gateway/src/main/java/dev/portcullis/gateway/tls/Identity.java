package dev.portcullis.gateway.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * A certificate with its chain and its private key, which belong together. Immutable; its text
 * form hides the key.
 */
final class Identity {
    private static final int SAN_DNS_NAME = 2;

    private final X509Certificate[] chain;
    private final PrivateKey key;
    private final List<String> names;

    /** The certificate comes first; the caller has seen that the key is its. */
    Identity(List<X509Certificate> chain, PrivateKey key) throws CertificateParsingException {
        this.chain = chain.toArray(X509Certificate[]::new);
        this.key = key;
        this.names = namesOf(chain.get(0));
    }

    private static List<String> namesOf(X509Certificate certificate)
            throws CertificateParsingException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0).equals(SAN_DNS_NAME)) {
                    names.add(((String) alternative.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        }
        return List.copyOf(names);
    }

    X509Certificate[] chain() {
        return chain.clone();
    }

    PrivateKey key() {
        return key;
    }

    /** The host names it is for, in lower case; a wildcard begins with {@code *.}. */
    List<String> names() {
        return names;
    }

    /** When the first certificate of the chain expires. */
    Instant expiry() {
        Instant first = Instant.MAX;
        for (X509Certificate certificate : chain) {
            Instant its = certificate.getNotAfter().toInstant();
            first = its.isBefore(first) ? its : first;
        }
        return first;
    }

    /**
     * Whether it serves where that kind of key is asked for, in the words of JSSE: {@code RSA},
     * {@code RSASSA-PSS}, {@code EC}, or one of the old pairs like {@code EC_EC}.
     */
    boolean isFor(String keyType) {
        String algorithm = key.getAlgorithm();
        return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
    }

    @Override
    public String toString() {
        return chain[0].getSubjectX500Principal().getName();
    }
}
