package dev.portcullis.core.access;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The SHA-256 fingerprint of a certificate: of its DER form, as {@code openssl x509 -fingerprint
 * -sha256} prints it. It is public, no secret. Immutable; any thread.
 */
public final class Fingerprint {
    /** Octets of a fingerprint. */
    public static final int LENGTH = 32;

    private final byte[] octets;

    private Fingerprint(byte[] octets) {
        this.octets = octets;
    }

    /**
     * A fingerprint of its octets, which are copied.
     *
     * @throws IllegalArgumentException when they are not {@link #LENGTH}
     */
    public static Fingerprint of(byte[] sha256) {
        if (sha256.length != LENGTH) {
            throw new IllegalArgumentException("a SHA-256 fingerprint has " + LENGTH + " octets");
        }
        return new Fingerprint(sha256.clone());
    }

    /**
     * Reads 64 hexadecimal digits, in either case, with or without colons between the octets.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static Fingerprint parse(String text) {
        boolean colons = text.length() == LENGTH * 3 - 1;
        if (!colons && text.length() != LENGTH * 2) {
            throw new IllegalArgumentException("a SHA-256 fingerprint has 64 hexadecimal digits");
        }
        HexFormat form = colons ? HexFormat.ofDelimiter(":") : HexFormat.of();
        return new Fingerprint(form.parseHex(text.toLowerCase(Locale.ROOT)));
    }

    /** A copy of the octets. */
    public byte[] octets() {
        return octets.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && Arrays.equals(octets, that.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** 64 hexadecimal digits in lower case. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(octets);
    }
}
