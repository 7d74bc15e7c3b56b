package dev.portcullis.gateway.trace;

import dev.portcullis.gateway.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * The trace that a request is part of, as its caller told (W3C Trace Context, level 2, section
 * 3.2). Read strictly: what is malformed, all zeros or there twice is no trace at all. Immutable.
 *
 * @param high the upper half of the trace id
 * @param low the lower half of the trace id
 * @param span the caller's span; not 0
 * @param flags as they came; only {@link #SAMPLED} and {@link #RANDOM} mean anything
 */
public record TraceParent(long high, long low, long span, int flags) {
    /** The caller records its part of the trace. */
    public static final int SAMPLED = 1;
    /** The trace id is random in its last seven octets. */
    public static final int RANDOM = 2;

    private static final int TRACE_FROM = 3;
    private static final int SPAN_FROM = 36;
    private static final int FLAGS_FROM = 53;
    private static final int LENGTH = 55;
    private static final int HALF = 16;
    private static final String DIGITS = "0123456789abcdef";

    /** What the head tells of it; null when it tells nothing that can be believed. */
    public static TraceParent of(RequestHead head) {
        int found = -1;
        for (int field = 0; field < head.fields(); field++) {
            if (head.isTraceparent(field)) {
                if (found >= 0) {
                    return null;
                }
                found = field;
            }
        }
        return found < 0 ? null
                : read(head.bytes(), head.valueFrom(found), head.valueTo(found));
    }

    /** Reads a field's value; null when it is not well-formed. */
    static TraceParent read(byte[] octets, int from, int to) {
        int length = to - from;
        if (length < LENGTH || !isForm(octets, from)) {
            return null;
        }
        boolean first = octets[from] == '0' && octets[from + 1] == '0';
        boolean future = octets[from] != 'f' || octets[from + 1] != 'f';
        // a later version may have more behind what this one has
        boolean ends = length == LENGTH || !first && octets[from + LENGTH] == '-';
        if (!ends || !future) {
            return null;
        }
        long high = number(octets, from + TRACE_FROM, HALF);
        long low = number(octets, from + TRACE_FROM + HALF, HALF);
        long span = number(octets, from + SPAN_FROM, HALF);
        int flags = (int) number(octets, from + FLAGS_FROM, 2);
        return high == 0 && low == 0 || span == 0 ? null : new TraceParent(high, low, span, flags);
    }

    private static boolean isForm(byte[] octets, int from) {
        for (int i = 0; i < LENGTH; i++) {
            boolean hyphen = i == 2 || i == SPAN_FROM - 1 || i == FLAGS_FROM - 1;
            byte octet = octets[from + i];
            if (hyphen ? octet != '-' : digit(octet) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The value of a digit in lower case; -1 for anything else. */
    private static int digit(byte octet) {
        if (octet >= '0' && octet <= '9') {
            return octet - '0';
        }
        return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
    }

    private static long number(byte[] octets, int from, int digits) {
        long number = 0;
        for (int i = 0; i < digits; i++) {
            number = number << 4 | digit(octets[from + i]);
        }
        return number;
    }

    /** Whether the caller records it. */
    public boolean sampled() {
        return (flags & SAMPLED) != 0;
    }

    /** The trace id, 32 digits. */
    public String traceId() {
        return hex(high, HALF) + hex(low, HALF);
    }

    /** The field's value, in ASCII. */
    byte[] octets() {
        return ("00-" + traceId() + '-' + hex(span, HALF) + '-' + hex(flags & 0xff, 2))
                .getBytes(StandardCharsets.US_ASCII);
    }

    static String hex(long number, int digits) {
        StringBuilder text = new StringBuilder(digits);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            text.append(DIGITS.charAt((int) (number >>> shift & 15)));
        }
        return text.toString();
    }
}
