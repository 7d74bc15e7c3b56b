package dev.portcullis.core.token;

import java.nio.charset.StandardCharsets;

/**
 * The public part of a credential: 12 base62 characters, by which it is looked up, listed, logged
 * and revoked. Knowing it proves nothing.
 *
 * <p>A value: immutable, compared by content, packed into 12 bytes so that a look-up key costs one
 * small allocation.
 */
public final class TokenPrefix {
    /** Characters in a prefix. */
    public static final int LENGTH = 12;

    private static final int BITS = 6;
    private static final int HEAD = 10;

    /** The first ten characters, six bits each. */
    private final long head;
    /** The last two. */
    private final int tail;

    private TokenPrefix(long head, int tail) {
        this.head = head;
        this.tail = tail;
    }

    /**
     * The prefix that these characters spell.
     *
     * @throws IllegalArgumentException when they are not 12 base62 characters
     */
    public static TokenPrefix of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (text.length() != LENGTH || !Base62.isBase62(bytes, 0, LENGTH)) {
            throw new IllegalArgumentException(
                    "a credential prefix is " + LENGTH + " of 0-9, A-Z, a-z");
        }
        return packed(bytes, 0);
    }

    /** The prefix at {@code from}; the caller has checked that 12 base62 characters stand there. */
    static TokenPrefix packed(byte[] text, int from) {
        long head = 0;
        for (int i = 0; i < HEAD; i++) {
            head = head << BITS | Base62.valueOf(text[from + i]);
        }
        int last = from + LENGTH - 1;
        int tail = Base62.valueOf(text[last - 1]) << BITS | Base62.valueOf(text[last]);
        return new TokenPrefix(head, tail);
    }

    /** The character at an index below {@link #LENGTH}, so that writers need no string. */
    public byte characterAt(int index) {
        int value = index < HEAD
                ? (int) (head >>> (HEAD - 1 - index) * BITS)
                : tail >>> (LENGTH - 1 - index) * BITS;
        return Base62.digit(value & (1 << BITS) - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenPrefix that && head == that.head && tail == that.tail;
    }

    @Override
    public int hashCode() {
        long mixed = (head ^ tail) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }

    /** The 12 characters. */
    @Override
    public String toString() {
        byte[] text = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            text[i] = characterAt(i);
        }
        return new String(text, StandardCharsets.US_ASCII);
    }
}
