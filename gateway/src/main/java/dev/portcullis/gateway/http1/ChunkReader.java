package dev.portcullis.gateway.http1;

import io.netty.buffer.ByteBuf;

/**
 * The lines between chunks (RFC 9112, section 7.1): sizes, extensions (checked, then dropped), the
 * line end behind each chunk's data. One octet at a time: these lines are short, and every octet
 * that is not where the grammar has it ends the message.
 */
final class ChunkReader {
    /** Sizes up to 2^60 - 1. */
    private static final int SIZE_DIGITS_MAX = 15;
    private static final int LINE_BYTES_MAX = 1024;

    private enum State {
        SIZE,
        BEFORE_EXTENSION,
        EXTENSION_NAME,
        IN_EXTENSION_NAME,
        AFTER_EXTENSION_NAME,
        EXTENSION_VALUE,
        IN_EXTENSION_VALUE,
        QUOTED,
        QUOTED_PAIR,
        AFTER_QUOTED,
        LINE_FEED,
        DATA_CR,
        DATA_LF
    }

    private State state;
    private long size;
    private int digits;
    private int lineBytes;

    /** What a call to {@link #read} found. */
    enum Found {
        NOTHING_YET,
        SIZE_LINE,
        MALFORMED
    }

    void begin() {
        nextLine(State.SIZE);
    }

    /** To be called when a chunk's data has been read: its line end comes next, then a size. */
    void dataEnded() {
        nextLine(State.DATA_CR);
    }

    /** The size on the line that was found; 0 for the last chunk. */
    long size() {
        return size;
    }

    Found read(ByteBuf in) {
        while (in.isReadable()) {
            byte octet = in.readByte();
            if (++lineBytes > LINE_BYTES_MAX) {
                return Found.MALFORMED;
            }
            if (state == State.LINE_FEED) {
                return octet == Octets.LF ? Found.SIZE_LINE : Found.MALFORMED;
            }
            if (state == State.DATA_LF && octet == Octets.LF) {
                nextLine(State.SIZE);
                continue;
            }
            State next = next(octet);
            if (next == null) {
                return Found.MALFORMED;
            }
            state = next;
        }
        return Found.NOTHING_YET;
    }

    private void nextLine(State first) {
        state = first;
        size = 0;
        digits = 0;
        lineBytes = 0;
    }

    /** The state behind an octet; null when the octet may not stand there. */
    private State next(byte octet) {
        return switch (state) {
            case SIZE -> size(octet);
            case BEFORE_EXTENSION ->
                    whitespaceOr(octet, octet == ';' ? State.EXTENSION_NAME : null);
            case EXTENSION_NAME -> whitespaceOr(
                    octet, Octets.isToken(octet) ? State.IN_EXTENSION_NAME : null);
            case IN_EXTENSION_NAME -> Octets.isToken(octet)
                    ? state : octet == '=' ? State.EXTENSION_VALUE : afterPart(octet);
            case AFTER_EXTENSION_NAME -> whitespaceOr(octet, octet == '='
                    ? State.EXTENSION_VALUE : octet == ';' ? State.EXTENSION_NAME : null);
            case EXTENSION_VALUE -> whitespaceOr(octet, octet == '"'
                    ? State.QUOTED : Octets.isToken(octet) ? State.IN_EXTENSION_VALUE : null);
            case IN_EXTENSION_VALUE -> Octets.isToken(octet) ? state : afterPart(octet);
            case QUOTED -> octet == '"' ? State.AFTER_QUOTED
                    : octet == '\\' ? State.QUOTED_PAIR : isText(octet) ? state : null;
            case QUOTED_PAIR -> isText(octet) ? State.QUOTED : null;
            case AFTER_QUOTED -> afterPart(octet);
            case DATA_CR -> octet == Octets.CR ? State.DATA_LF : null;
            case LINE_FEED, DATA_LF -> null;
        };
    }

    private State size(byte octet) {
        int digit = Octets.hex(octet);
        if (digit >= 0 && digits < SIZE_DIGITS_MAX) {
            digits++;
            size = size << 4 | digit;
            return State.SIZE;
        }
        return digit < 0 && digits > 0 ? afterPart(octet) : null;
    }

    private State afterPart(byte octet) {
        if (octet == Octets.CR) {
            return State.LINE_FEED;
        }
        if (octet == ';') {
            return State.EXTENSION_NAME;
        }
        return Octets.isWhitespace(octet)
                ? state == State.IN_EXTENSION_NAME
                        ? State.AFTER_EXTENSION_NAME : State.BEFORE_EXTENSION
                : null;
    }

    private State whitespaceOr(byte octet, State other) {
        return Octets.isWhitespace(octet) ? state : other;
    }

    private static boolean isText(byte octet) {
        return octet == Octets.HTAB || (octet & 0xff) >= Octets.SP && octet != 0x7f;
    }
}
