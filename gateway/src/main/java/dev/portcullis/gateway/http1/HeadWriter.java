package dev.portcullis.gateway.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds a head in an array that is reused, and hands it over in one copy. Not thread-safe: an
 * event loop owns it and empties it before it turns to the next head.
 */
public final class HeadWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CRLF = {Octets.CR, Octets.LF};

    private byte[] bytes = new byte[4096];
    private int length;

    /** ASCII octets of a constant. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public HeadWriter put(byte[] octets) {
        return put(octets, 0, octets.length);
    }

    public HeadWriter put(byte[] octets, int from, int to) {
        ensure(to - from);
        System.arraycopy(octets, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    public HeadWriter put(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Characters that are known to be ASCII. */
    public HeadWriter put(String ascii) {
        ensure(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** Any text, with everything but harmless ASCII percent-encoded as UTF-8. */
    public HeadWriter putEncoded(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > ' ' && c < 0x7f && c != '%' && c != ',') {
                put(c);
            } else {
                int end = text.offsetByCodePoints(i, 1);
                for (byte octet : text.substring(i, end).getBytes(StandardCharsets.UTF_8)) {
                    put('%').put((char) HEX[octet >> 4 & 15]).put((char) HEX[octet & 15]);
                }
                i = end - 1;
            }
        }
        return this;
    }

    public HeadWriter putDecimal(long number) {
        return number < 10 ? put((char) ('0' + number)) : put(Long.toString(number));
    }

    /** A field as it was read, its white space made plain. */
    public HeadWriter putField(MessageHead head, int field) {
        byte[] source = head.bytes();
        int nameFrom = head.nameFrom(field);
        int valueFrom = head.valueFrom(field);
        int valueTo = head.valueTo(field);
        int nameTo = head.nameTo(field);
        if (valueFrom == nameTo + 2 && source[nameTo + 1] == Octets.SP
                && source[valueTo] == Octets.CR) {
            // it already stands there as we would write it
            return put(source, nameFrom, valueTo + 2);
        }
        return put(source, nameFrom, nameTo)
                .put(':')
                .put(' ')
                .put(source, valueFrom, valueTo)
                .endLine();
    }

    public HeadWriter endLine() {
        return put(CRLF);
    }

    /** What was written, in a buffer of its own with room for {@code extra} octets; starts anew. */
    public ByteBuf take(ByteBufAllocator allocator, int extra) {
        ByteBuf out = allocator.directBuffer(length + extra);
        out.writeBytes(bytes, 0, length);
        length = 0;
        return out;
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
