package dev.portcullis.core.token;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The text of a credential: {@code <mark><kind>_<prefix>_<secret><checksum>}, for example
 * {@code pct_} + 12 characters + {@code _} + 43 + 6.
 *
 * <p>Immutable; any thread.
 */
public final class TokenFormat {
    /** Characters in a secret: 256 bits in base62. */
    public static final int SECRET_LENGTH = 43;

    /** The mark when none is configured. */
    public static final String DEFAULT_MARK = "pc";

    private final byte[] mark;
    private final int prefixAt;
    private final int secretAt;
    private final int checksumAt;

    /**
     * A format whose credentials begin with {@code mark}.
     *
     * @param mark 1 to 16 lower-case letters or digits, a letter first
     * @throws IllegalArgumentException when the mark is anything else
     */
    public TokenFormat(String mark) {
        if (!mark.matches("[a-z][a-z0-9]{0,15}")) {
            throw new IllegalArgumentException(
                    "a token mark is 1 to 16 of a-z and 0-9, a letter first: '" + mark + "'");
        }
        this.mark = mark.getBytes(StandardCharsets.US_ASCII);
        this.prefixAt = mark.length() + 2;
        this.secretAt = prefixAt + TokenPrefix.LENGTH + 1;
        this.checksumAt = secretAt + SECRET_LENGTH;
    }

    /** Characters in every credential of this format. */
    public int length() {
        return checksumAt + Checksum.LENGTH;
    }

    /** A regular expression by which scanners find leaked credentials of this format. */
    public String pattern() {
        return new String(mark, StandardCharsets.US_ASCII) + "[tkx]_[0-9A-Za-z]{"
                + TokenPrefix.LENGTH + "}_[0-9A-Za-z]{" + (SECRET_LENGTH + Checksum.LENGTH) + "}";
    }

    /**
     * The credential that stands in {@code text} from {@code from} (inclusive) to {@code to}
     * (exclusive), or null when there is none: wrong length, mark, alphabet or checksum. The result
     * refers to {@code text}, which must not change while it is used.
     */
    public PresentedCredential parse(byte[] text, int from, int to) {
        if (to - from != length()) {
            return null;
        }
        CredentialKind kind = CredentialKind.ofLetter(text[from + mark.length]);
        int checksum = from + checksumAt;
        if (kind == null
                || !startsWithMark(text, from)
                || text[from + prefixAt - 1] != '_'
                || text[from + secretAt - 1] != '_'
                || !Base62.isBase62(text, from + prefixAt, from + secretAt - 1)
                || !Base62.isBase62(text, from + secretAt, to)
                || !Checksum.matches(text, from, checksum)) {
            return null;
        }
        TokenPrefix prefix = TokenPrefix.packed(text, from + prefixAt);
        return PresentedCredential.ours(kind, prefix, text, from + secretAt);
    }

    private boolean startsWithMark(byte[] text, int from) {
        for (int i = 0; i < mark.length; i++) {
            if (text[from + i] != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** The whole text of a credential. */
    byte[] write(CredentialKind kind, byte[] prefix, byte[] secret) {
        Objects.checkFromIndexSize(0, TokenPrefix.LENGTH, prefix.length);
        byte[] text = new byte[length()];
        System.arraycopy(mark, 0, text, 0, mark.length);
        text[mark.length] = (byte) kind.letter();
        text[prefixAt - 1] = '_';
        System.arraycopy(prefix, 0, text, prefixAt, TokenPrefix.LENGTH);
        text[secretAt - 1] = '_';
        System.arraycopy(secret, 0, text, secretAt, SECRET_LENGTH);
        Checksum.write(text, 0, checksumAt);
        return text;
    }
}
