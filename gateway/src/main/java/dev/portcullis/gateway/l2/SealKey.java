package dev.portcullis.gateway.l2;

import dev.portcullis.proto.origin.v1.CacheKey;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which records are sealed, and its name. In the gateway's memory only; it never
 * shows what it is.
 */
final class SealKey {
    static final int OCTETS = 32;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private final String id;
    private final SecretKeySpec key;

    private SealKey(String id, byte[] octets) {
        this.id = id;
        this.key = new SecretKeySpec(octets, Seal.ALGORITHM);
    }

    /**
     * The key that an origin named; null when it is none that records could be sealed under.
     */
    static SealKey of(CacheKey named) {
        boolean good = ID.matcher(named.getId()).matches() && named.getKey().size() == OCTETS;
        return good ? new SealKey(named.getId(), named.getKey().toByteArray()) : null;
    }

    String id() {
        return id;
    }

    SecretKeySpec key() {
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SealKey known && id.equals(known.id) && key.equals(known.key);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "key " + id;
    }
}
