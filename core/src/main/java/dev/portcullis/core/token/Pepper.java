package dev.portcullis.core.token;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that secrets are hashed with, kept apart from the database. Records name it by its id, so
 * that it can be changed while older tokens go on working.
 *
 * <p>Immutable; any thread. Its text form hides the key, and nothing gives it out.
 */
public final class Pepper {
    /** Octets in a key, at least: as strong as the hash. */
    public static final int KEY_OCTETS_MIN = 32;

    /** Octets in a key, at most: a longer one would be hashed down first (RFC 2104, section 2). */
    public static final int KEY_OCTETS_MAX = 64;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int ID_LENGTH_MAX = 32;

    private final String id;
    private final SecretKeySpec key;

    private Pepper(String id, SecretKeySpec key) {
        this.id = id;
        this.key = key;
    }

    /**
     * A pepper.
     *
     * @param id 1 to 32 of a-z, 0-9 and '-'; never to be given to another key
     * @param key 32 to 64 octets from a secure generator; copied
     * @throws IllegalArgumentException when either is anything else; the message names no octet
     */
    public static Pepper of(String id, byte[] key) {
        requireId(id);
        if (key.length < KEY_OCTETS_MIN || key.length > KEY_OCTETS_MAX) {
            throw new IllegalArgumentException("the key of a pepper is " + KEY_OCTETS_MIN + " to "
                    + KEY_OCTETS_MAX + " octets, not " + key.length);
        }
        return new Pepper(id, new SecretKeySpec(key, ALGORITHM));
    }

    /** Checked by hand: records come off the wire by the thousand, and each names its pepper. */
    static void requireId(String id) {
        boolean right = !id.isEmpty() && id.length() <= ID_LENGTH_MAX;
        for (int i = 0; right && i < id.length(); i++) {
            char c = id.charAt(i);
            right = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
        }
        if (!right) {
            throw new IllegalArgumentException(
                    "the id of a pepper is 1 to " + ID_LENGTH_MAX + " of a-z, 0-9 and '-'");
        }
    }

    /** The name that records know it by. */
    public String id() {
        return id;
    }

    /** A new HMAC-SHA-256 with this key, ready for use by one thread. */
    public Mac newMac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Pepper(" + id + ", key hidden)";
    }
}
