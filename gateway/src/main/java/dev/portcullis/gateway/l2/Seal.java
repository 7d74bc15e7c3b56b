package dev.portcullis.gateway.l2;

import dev.portcullis.core.token.TokenPrefix;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * A record as it stands in a shared cache:
 *
 * <pre>
 * version 1 (1 octet) | prefix (12 octets) | record | HMAC-SHA-256 of all before (32 octets)
 * </pre>
 *
 * The prefix is under the seal, so a record cannot be passed off as another's. Pure functions; any
 * thread.
 */
final class Seal {
    static final String ALGORITHM = "HmacSHA256";

    /** Of the format; another is not believed. */
    static final byte VERSION = 1;

    /** Records that are larger are left to the origin. */
    static final int RECORD_OCTETS_MAX = 64 << 10;

    private static final int PREFIX_AT = 1;
    private static final int SEAL_OCTETS = 32;
    /** What else may be authenticated with this key some day says something else here. */
    private static final byte[] PURPOSE = "portcullis l2 ".getBytes(StandardCharsets.US_ASCII);

    private Seal() {}

    /**
     * Seals a record.
     *
     * @return null when it is too large to be kept
     */
    static byte[] seal(SealKey key, TokenPrefix prefix, byte[] record) {
        if (record.length > RECORD_OCTETS_MAX) {
            return null;
        }
        byte[] name = octets(prefix);
        int recordAt = PREFIX_AT + name.length;
        int sealAt = recordAt + record.length;
        byte[] sealed = new byte[sealAt + SEAL_OCTETS];
        sealed[0] = VERSION;
        System.arraycopy(name, 0, sealed, PREFIX_AT, name.length);
        System.arraycopy(record, 0, sealed, recordAt, record.length);
        System.arraycopy(mac(key, sealed, sealAt), 0, sealed, sealAt, SEAL_OCTETS);
        return sealed;
    }

    /**
     * Opens what is kept under a prefix. The seals are compared in constant time, before anything
     * under them is looked at.
     *
     * @return the record; null when it is not one that was sealed under this key for this prefix
     */
    static byte[] open(SealKey key, TokenPrefix prefix, byte[] sealed) {
        byte[] name = octets(prefix);
        int recordAt = PREFIX_AT + name.length;
        int sealAt = sealed.length - SEAL_OCTETS;
        if (sealAt < recordAt || sealAt - recordAt > RECORD_OCTETS_MAX) {
            return null;
        }
        byte[] seal = Arrays.copyOfRange(sealed, sealAt, sealed.length);
        boolean good = MessageDigest.isEqual(mac(key, sealed, sealAt), seal)
                && sealed[0] == VERSION
                && Arrays.equals(sealed, PREFIX_AT, recordAt, name, 0, name.length);
        return good ? Arrays.copyOfRange(sealed, recordAt, sealAt) : null;
    }

    private static byte[] octets(TokenPrefix prefix) {
        return prefix.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] mac(SealKey key, byte[] octets, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key.key());
            mac.update(PURPOSE);
            mac.update(octets, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
