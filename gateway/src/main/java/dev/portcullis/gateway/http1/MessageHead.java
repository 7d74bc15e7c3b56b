package dev.portcullis.gateway.http1;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A start line (in heads) and fields, read strictly by RFC 9112: lines end with CRLF and nothing
 * else, no white space before a colon, no folded lines, no control characters.
 *
 * <p>The octets are copied once, into an array that this object keeps and reuses; fields are spans
 * of it. Not thread-safe: an event loop owns it.
 */
public abstract class MessageHead {
    private static final int SPAN = 4;
    private static final int INITIAL_BYTES = 2048;
    private static final int KEPT_BYTES_MAX = 8192;

    private final HeadLimits limits;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;
    private int lineFrom;
    private int scanned;
    private boolean startLineRead;
    private boolean blankLineSkipped;

    private int[] spans = new int[16 * SPAN];
    private FieldName[] names = new FieldName[16];
    private int count;
    private HeadProblem problem;
    private boolean startLineGood;

    MessageHead(HeadLimits limits) {
        this.limits = limits;
    }

    /** What reading came to so far. */
    public enum Progress {
        /** More octets are needed. */
        INCOMPLETE,
        /** The whole head has been read, and nothing behind it. */
        COMPLETE,
        /** It can not be believed: see {@link #problem}. */
        REFUSED
    }

    /** Why reading was refused; null when it was not. */
    public final HeadProblem problem() {
        return problem;
    }

    /** Whether the start line was read and is well-formed, whatever came of the rest. */
    public final boolean startLineIsRead() {
        return startLineGood;
    }

    /** Forgets everything, so that another head can be read. */
    public void clear() {
        if (bytes.length > KEPT_BYTES_MAX) {
            bytes = new byte[INITIAL_BYTES];
        }
        length = 0;
        lineFrom = 0;
        scanned = 0;
        startLineRead = !hasStartLine();
        startLineGood = false;
        blankLineSkipped = false;
        count = 0;
        problem = null;
    }

    /**
     * Reads on from {@code in}, taking no octet behind the end of the head. Each octet is looked at
     * a bounded number of times, however small the pieces are in which it comes.
     */
    public final Progress read(ByteBuf in) {
        int before = length;
        append(in);
        while (true) {
            int lf = Octets.indexOfLf(bytes, scanned, length);
            if (lf < 0) {
                scanned = length;
                in.skipBytes(length - before);
                return unfinished();
            }
            int lineTo = lf - 1;
            if (!startLineRead && lineTo - lineFrom > limits.startLineBytesMax()) {
                return refuse(HeadProblem.LINE_TOO_LONG);
            }
            if (lf == lineFrom || bytes[lineTo] != Octets.CR) {
                return refuse(HeadProblem.MALFORMED);
            }
            scanned = lf + 1;
            if (scanned > limits.bytesMax()) {
                return refuse(HeadProblem.TOO_LARGE);
            }
            if (startLineRead && lineTo == lineFrom) {
                in.skipBytes(scanned - before);
                length = scanned;
                HeadProblem wrong = check();
                return wrong == null ? Progress.COMPLETE : refuse(wrong);
            }
            HeadProblem wrong = startLineRead ? field(lineTo) : first(lineTo);
            if (wrong != null) {
                return refuse(wrong);
            }
            lineFrom = scanned;
        }
    }

    private void append(ByteBuf in) {
        // one octet more than may be, so that 'too large' is seen and not waited for
        int taken = Math.min(in.readableBytes(), limits.bytesMax() + 1 - length);
        if (length + taken > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + taken, bytes.length * 2));
        }
        in.getBytes(in.readerIndex(), bytes, length, taken);
        length += taken;
    }

    private Progress unfinished() {
        // the last octet may be the CR of a line that is just not too long
        if (!startLineRead && length - lineFrom > limits.startLineBytesMax() + 1) {
            return refuse(HeadProblem.LINE_TOO_LONG);
        }
        return length > limits.bytesMax() ? refuse(HeadProblem.TOO_LARGE) : Progress.INCOMPLETE;
    }

    private Progress refuse(HeadProblem why) {
        problem = why;
        return Progress.REFUSED;
    }

    private HeadProblem first(int lineTo) {
        if (lineTo == lineFrom) {
            // one empty line before a request line is to be ignored (RFC 9112, section 2.2)
            boolean tolerated = !blankLineSkipped && toleratesBlankLine();
            blankLineSkipped = true;
            return tolerated ? null : HeadProblem.MALFORMED;
        }
        startLineRead = true;
        HeadProblem wrong = startLine(lineFrom, lineTo);
        startLineGood = wrong == null;
        return wrong;
    }

    private HeadProblem field(int lineTo) {
        if (count == limits.fieldsMax()) {
            return HeadProblem.TOO_LARGE;
        }
        int colon = lineFrom;
        boolean folding = false;
        while (colon < lineTo && Octets.isToken(bytes[colon])) {
            folding |= Octets.foldsToHyphen(bytes[colon]);
            colon++;
        }
        if (colon == lineFrom || colon == lineTo || bytes[colon] != ':') {
            return HeadProblem.MALFORMED;
        }
        int valueFrom = colon + 1;
        int valueTo = lineTo;
        while (valueFrom < valueTo && Octets.isWhitespace(bytes[valueFrom])) {
            valueFrom++;
        }
        while (valueTo > valueFrom && Octets.isWhitespace(bytes[valueTo - 1])) {
            valueTo--;
        }
        if (!Octets.isFieldValue(bytes, valueFrom, valueTo)) {
            return HeadProblem.MALFORMED;
        }
        FieldName name = FieldName.of(bytes, lineFrom, colon);
        add(name, colon, valueFrom, valueTo);
        return folding || name == FieldName.OTHER ? null : known(name, valueFrom, valueTo);
    }

    private void add(FieldName name, int colon, int valueFrom, int valueTo) {
        if (count == names.length) {
            names = Arrays.copyOf(names, count * 2);
            spans = Arrays.copyOf(spans, count * 2 * SPAN);
        }
        names[count] = name;
        int at = count * SPAN;
        spans[at] = lineFrom;
        spans[at + 1] = colon;
        spans[at + 2] = valueFrom;
        spans[at + 3] = valueTo;
        count++;
    }

    /** Whether the message begins with a line that is no field. */
    boolean hasStartLine() {
        return true;
    }

    boolean toleratesBlankLine() {
        return false;
    }

    /** Reads the start line; null when it is well-formed. */
    abstract HeadProblem startLine(int from, int to);

    /** Takes note of a field whose name is known and spelt exactly; null when it is well-formed. */
    abstract HeadProblem known(FieldName name, int valueFrom, int valueTo);

    /** Checks the whole; null when it is well-formed. */
    abstract HeadProblem check();

    /** The octets all spans refer to. Read only. */
    public final byte[] bytes() {
        return bytes;
    }

    /** Octets in the whole head. */
    public final int length() {
        return length;
    }

    /** Number of fields. */
    public final int fields() {
        return count;
    }

    /** What the name of a field means, in whatever spelling; never null. */
    public final FieldName name(int field) {
        return names[field];
    }

    public final int nameFrom(int field) {
        return spans[field * SPAN];
    }

    public final int nameTo(int field) {
        return spans[field * SPAN + 1];
    }

    public final int valueFrom(int field) {
        return spans[field * SPAN + 2];
    }

    public final int valueTo(int field) {
        return spans[field * SPAN + 3];
    }

    /** Whether a field's name stands there exactly, with no other sign in place of a hyphen. */
    public final boolean isExact(int field) {
        for (int i = nameFrom(field); i < nameTo(field); i++) {
            if (Octets.foldsToHyphen(bytes[i])) {
                return false;
            }
        }
        return true;
    }

    /** A copy of some of the octets, as Latin-1 text. */
    public final String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
