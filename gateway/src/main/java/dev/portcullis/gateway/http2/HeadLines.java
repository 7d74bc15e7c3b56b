package dev.portcullis.gateway.http2;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * Walks through a head that the gateway itself has written: lines that end with CRLF, fields with a
 * colon and one space. Names come out in lower case, as HTTP/2 wants them.
 */
final class HeadLines {
    private static final byte[] LOWER = new byte[256];

    static {
        for (int c = 0; c < 256; c++) {
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        }
    }

    private final byte[] bytes;
    private int lineFrom;
    private int lineTo;
    private int next;
    private AsciiString name;
    private AsciiString[] kept = new AsciiString[32];
    private int texts;

    /** The lines of a head; its octets are taken. */
    HeadLines(ByteBuf head) {
        bytes = new byte[head.readableBytes()];
        head.readBytes(bytes);
        line();
    }

    private void line() {
        lineFrom = next;
        int at = next;
        while (at + 1 < bytes.length && (bytes[at] != '\r' || bytes[at + 1] != '\n')) {
            at++;
        }
        if (at + 1 >= bytes.length) {
            throw new IllegalStateException("a head of our own without its end");
        }
        lineTo = at;
        next = at + 2;
    }

    /** The start line's octets from {@link #lineFrom()} to {@link #lineTo()}. */
    byte[] bytes() {
        return bytes;
    }

    int lineFrom() {
        return lineFrom;
    }

    int lineTo() {
        return lineTo;
    }

    AsciiString text(int from, int to) {
        return new AsciiString(bytes, from, to - from, true);
    }

    /** Goes to the next field; false at the end of the head. */
    boolean nextField() {
        line();
        if (lineTo == lineFrom) {
            return false;
        }
        int colon = lineFrom;
        while (colon < lineTo && bytes[colon] != ':') {
            bytes[colon] = LOWER[bytes[colon] & 0xff];
            colon++;
        }
        if (colon == lineTo) {
            throw new IllegalStateException("a head of our own with a line that is no field");
        }
        name = text(lineFrom, colon);
        return true;
    }

    /** The present field's name in lower case. */
    AsciiString name() {
        return name;
    }

    /** The present field's value. */
    AsciiString value() {
        int from = lineFrom + name.length() + 1;
        int to = lineTo;
        while (from < to && bytes[from] == ' ') {
            from++;
        }
        return text(from, to);
    }

    /** A field goes into the section. */
    void keep(AsciiString key, AsciiString value) {
        if (texts + 2 > kept.length) {
            kept = Arrays.copyOf(kept, kept.length * 2);
        }
        kept[texts++] = key;
        kept[texts++] = value;
    }

    /** A field goes into the section, before all others. */
    void keepFirst(AsciiString key, AsciiString value) {
        keep(key, value);
        System.arraycopy(kept, 0, kept, 2, texts - 2);
        kept[0] = key;
        kept[1] = value;
    }

    /** A field that was kept does not go into the section. */
    void drop(AsciiString key) {
        int to = 0;
        for (int i = 0; i < texts; i += 2) {
            if (!kept[i].equals(key)) {
                kept[to++] = kept[i];
                kept[to++] = kept[i + 1];
            }
        }
        texts = to;
    }

    /** What was kept, names and values in turn. */
    AsciiString[] kept() {
        return Arrays.copyOf(kept, texts);
    }
}
