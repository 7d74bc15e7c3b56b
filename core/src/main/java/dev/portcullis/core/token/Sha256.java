package dev.portcullis.core.token;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Where digests come from. */
final class Sha256 {
    private Sha256() {}

    /** A new digest, for one thread. */
    static MessageDigest create() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
