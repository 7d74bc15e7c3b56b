package dev.portcullis.core.token;

import java.nio.charset.StandardCharsets;

/**
 * A credential's whole text, on its way from where it was minted into the one reply that shows it.
 * Its text form hides it; {@link #reveal} does not.
 */
public final class PlainToken {
    private final byte[] text;

    PlainToken(byte[] text) {
        this.text = text;
    }

    /** The text that the holder will present. Call it only where it is handed over. */
    public String reveal() {
        return new String(text, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return "PlainToken(hidden)";
    }
}
