package dev.portcullis.gateway.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest of files and fingerprints, which every JDK has. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK must have SHA-256", e);
        }
    }

    static byte[] of(byte[] octets) {
        return newDigest().digest(octets);
    }
}
