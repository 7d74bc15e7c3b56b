package dev.portcullis.gateway.http1;

import java.nio.charset.StandardCharsets;

/**
 * A field name out of the configuration, found in heads in every spelling that a careless server
 * might fold to it. Immutable; any thread.
 */
public final class FieldMatcher {
    private final byte[] folded;

    private FieldMatcher(byte[] folded) {
        this.folded = folded;
    }

    /**
     * A matcher of a name.
     *
     * @param name one for which {@link #isName} holds
     */
    public static FieldMatcher of(String name) {
        byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < octets.length; i++) {
            octets[i] = Octets.folded(octets[i]);
        }
        return new FieldMatcher(octets);
    }

    /** Whether a text is a field name (RFC 9110, section 5.1). */
    public static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7e || !Octets.isToken((byte) c)) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** Whether a text is a field value of ASCII, without white space around it. */
    public static boolean isValue(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7e || c < ' ' && c != '\t') {
                return false;
            }
        }
        return text.equals(text.strip());
    }

    /** Whether a field has this name, in whatever spelling. */
    public boolean matches(MessageHead head, int field) {
        int from = head.nameFrom(field);
        if (head.nameTo(field) - from != folded.length) {
            return false;
        }
        byte[] bytes = head.bytes();
        for (int i = 0; i < folded.length; i++) {
            if (Octets.folded(bytes[from + i]) != folded[i]) {
                return false;
            }
        }
        return true;
    }
}
