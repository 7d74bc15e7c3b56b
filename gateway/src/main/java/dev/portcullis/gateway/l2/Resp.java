package dev.portcullis.gateway.l2;

import io.netty.buffer.ByteBuf;

/**
 * Counts the messages of a Redis connection (RESP2) as their octets pass, and refuses what is
 * beyond a bound as soon as it is announced, before anybody gathers it. It keeps no octet. Not
 * thread-safe.
 */
final class Resp {
    /** The longest line: an error's text, say. */
    static final int LINE_OCTETS_MAX = 4 << 10;
    /** Lists in lists: the topology of a cluster has four. */
    static final int DEPTH_MAX = 7;
    /** Elements that one list may announce. */
    static final int ELEMENTS_MAX = 16 << 10;

    private static final int TERMINATOR_OCTETS = 2;
    private static final int DIGITS_MAX = 10;

    private final long octetsMax;
    /** How many elements each open list still lacks. */
    private final int[] missing = new int[DEPTH_MAX];
    private int depth;
    /** Of the message so far. */
    private long octets;
    /** Octets of a bulk, and its line's end, that are still to come. */
    private long bulk;
    /** The kind of the element whose line has begun; 0: none has. */
    private int kind;
    private int lineOctets;
    private boolean afterReturn;
    private boolean negative;
    private int digits;
    private long number;
    private long messages;

    /** @param octetsMax how long a message may be, its framing included */
    Resp(long octetsMax) {
        this.octetsMax = octetsMax;
    }

    /** Messages that have come to their end. */
    long messages() {
        return messages;
    }

    /**
     * Looks at the readable octets, and leaves them as they are.
     *
     * @throws ReplyException when they are no RESP2, or beyond a bound
     */
    void pass(ByteBuf buffer) throws ReplyException {
        int at = buffer.readerIndex();
        int end = buffer.writerIndex();
        while (at < end) {
            int step = bulk > 0 ? (int) Math.min(bulk, end - at) : 1;
            octets += step;
            if (octets > octetsMax) {
                throw tooLong();
            }
            if (bulk > 0) {
                bulk -= step;
                if (bulk == 0) {
                    elementEnds();
                }
            } else {
                next(buffer.getByte(at));
            }
            at += step;
        }
    }

    private ReplyException tooLong() {
        return new ReplyException("an answer of more than " + octetsMax + " octets");
    }

    private void next(int octet) throws ReplyException {
        if (kind == 0) {
            begin(octet);
        } else if (afterReturn) {
            require(octet == '\n');
            lineEnds();
        } else if (octet == '\r') {
            afterReturn = true;
        } else if (++lineOctets > LINE_OCTETS_MAX) {
            throw new ReplyException("a line of more than " + LINE_OCTETS_MAX + " octets");
        } else if (kind == '$' || kind == '*') {
            digit(octet);
        }
    }

    private void begin(int octet) throws ReplyException {
        require(octet == '+' || octet == '-' || octet == ':' || octet == '$' || octet == '*');
        kind = octet;
        lineOctets = 0;
        afterReturn = false;
        negative = false;
        digits = 0;
        number = 0;
    }

    private void digit(int octet) throws ReplyException {
        if (octet == '-' && lineOctets == 1) {
            negative = true;
            return;
        }
        require(octet >= '0' && octet <= '9' && ++digits <= DIGITS_MAX);
        number = number * 10 + octet - '0';
    }

    private void lineEnds() throws ReplyException {
        int ended = kind;
        kind = 0;
        if (ended == '$' || ended == '*') {
            require(digits > 0);
            // the one negative length: nothing is there
            require(!negative || number == 1);
        }
        if (ended == '$' && !negative) {
            if (octets + number + TERMINATOR_OCTETS > octetsMax) {
                throw tooLong();
            }
            bulk = number + TERMINATOR_OCTETS;
        } else if (ended == '*' && !negative && number > 0) {
            listBegins();
        } else {
            elementEnds();
        }
    }

    private void listBegins() throws ReplyException {
        if (number > ELEMENTS_MAX || depth == DEPTH_MAX) {
            throw new ReplyException("a list of " + number + " elements, "
                    + (depth + 1) + " deep");
        }
        missing[depth++] = (int) number;
    }

    private void elementEnds() {
        while (depth > 0 && --missing[depth - 1] == 0) {
            depth--;
        }
        if (depth == 0) {
            messages++;
            octets = 0;
        }
    }

    private static void require(boolean holds) throws ReplyException {
        if (!holds) {
            throw new ReplyException("an answer that is not of the protocol");
        }
    }
}
