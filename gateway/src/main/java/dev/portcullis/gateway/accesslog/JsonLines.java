package dev.portcullis.gateway.accesslog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Writes entries as JSON (RFC 8259), one object a line, into one buffer that is used again and
 * again.
 *
 * <p>Only ASCII is written: control characters, DEL and everything beyond are escaped, so that no
 * client can forge a line, break the encoding or send escape sequences to a terminal. Every value
 * is bounded. Not thread-safe.
 */
final class JsonLines {
    /** Characters of a path that are kept. */
    static final int PATH_MAX = 2048;
    /** Characters of any other value that are kept. */
    static final int VALUE_MAX = 256;
    /** Ends a value that was cut. */
    static final String CUT = "...";

    private static final int TEXT_FIELDS = 16;
    private static final int ESCAPED_MAX = 6;
    /** More than the longest line: every character escaped, and room for names and numbers. */
    static final int LINE_MAX = ESCAPED_MAX * (PATH_MAX + TEXT_FIELDS * VALUE_MAX) + 2048;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int MILLIS = 1000;

    private final ByteBuffer buffer;
    private boolean first;
    private long second = Long.MIN_VALUE;
    private byte[] secondText;

    /** Lines gather in a buffer of that many octets, at least {@link #LINE_MAX}. */
    JsonLines(int bytes) {
        buffer = ByteBuffer.allocate(Math.max(bytes, LINE_MAX));
    }

    /** Whether one more line surely fits. */
    boolean hasRoom() {
        return buffer.remaining() >= LINE_MAX;
    }

    boolean isEmpty() {
        return buffer.position() == 0;
    }

    /** The lines gathered so far, to be read; {@link #clear} afterwards. */
    ByteBuffer flip() {
        return buffer.flip();
    }

    void clear() {
        buffer.clear();
    }

    /** What follows begins a line of its own, even after a write that ended midway in one. */
    void endTornLine() {
        buffer.put((byte) '\n');
    }

    /** Appends one line. The caller has seen to it that there {@link #hasRoom}. */
    void append(AccessLogEntry entry) {
        first = true;
        buffer.put((byte) '{');
        time(entry.timeMillis);
        request(entry);
        text("application", entry.application, VALUE_MAX);
        text("user_id", entry.userId, VALUE_MAX);
        text("user", entry.user, VALUE_MAX);
        text("token_id", entry.tokenId == null ? null : entry.tokenId.toString(), VALUE_MAX);
        text("role", entry.role == null ? null : entry.role.word(), VALUE_MAX);
        number("status", entry.status);
        text("code", entry.code, VALUE_MAX);
        text("outcome", entry.outcome, VALUE_MAX);
        text("phase", entry.phase, VALUE_MAX);
        number("bytes_in", entry.bytesIn);
        number("bytes_out", entry.bytesOut);
        number("duration_us", entry.durationMicros);
        time("verdict_us", entry.verdictMicros);
        time("lease_us", entry.leaseMicros);
        time("upstream_us", entry.upstreamMicros);
        time("response_us", entry.responseMicros);
        upstream(entry);
        buffer.put((byte) '}').put((byte) '\n');
    }

    private void request(AccessLogEntry entry) {
        text("request_id", entry.requestId, VALUE_MAX);
        text("trace_id", entry.traceId, VALUE_MAX);
        text("client", entry.client == null ? null : entry.client.getHostAddress(), VALUE_MAX);
        text("protocol", entry.protocol, VALUE_MAX);
        text("tls", entry.tls, VALUE_MAX);
        text("method", entry.method, VALUE_MAX);
        text("path", entry.path, PATH_MAX);
        if (entry.queryBytes >= 0) {
            number("query_bytes", entry.queryBytes);
        }
    }

    private void upstream(AccessLogEntry entry) {
        if (entry.upstream == null) {
            return;
        }
        text("upstream", entry.upstream, VALUE_MAX);
        name("reused");
        ascii(entry.reused ? "true" : "false");
        if (entry.retries > 0) {
            number("retries", entry.retries);
        }
    }

    private void time(String name, long micros) {
        if (micros >= 0) {
            number(name, micros);
        }
    }

    /** RFC 3339 in UTC with milliseconds; the part down to the second is kept for the next line. */
    private void time(long millis) {
        long now = Math.floorDiv(millis, MILLIS);
        if (now != second) {
            LocalDateTime date = LocalDateTime.ofEpochSecond(now, 0, ZoneOffset.UTC);
            String text = date.toString();
            // LocalDateTime leaves the seconds away when they are 0
            String whole = text.length() == "yyyy-MM-ddTHH:mm".length() ? text + ":00" : text;
            secondText = whole.getBytes(StandardCharsets.US_ASCII);
            second = now;
        }
        int rest = (int) Math.floorMod(millis, MILLIS);
        name("time");
        buffer.put((byte) '"').put(secondText).put((byte) '.');
        buffer.put((byte) ('0' + rest / 100));
        buffer.put((byte) ('0' + rest / 10 % 10));
        buffer.put((byte) ('0' + rest % 10));
        buffer.put((byte) 'Z').put((byte) '"');
    }

    private void name(String name) {
        if (!first) {
            buffer.put((byte) ',');
        }
        first = false;
        buffer.put((byte) '"');
        ascii(name);
        buffer.put((byte) '"').put((byte) ':');
    }

    private void number(String name, long value) {
        name(name);
        ascii(Long.toString(value));
    }

    /** Redacts before it cuts: a token across the cut would lose the form it is known by. */
    private void text(String name, String value, int max) {
        if (value == null) {
            return;
        }
        String clean = Redaction.redact(value);
        boolean cut = clean.length() > max;
        int kept = cut ? max - CUT.length() : clean.length();
        name(name);
        buffer.put((byte) '"');
        for (int i = 0; i < kept; i++) {
            character(clean.charAt(i));
        }
        if (cut) {
            ascii(CUT);
        }
        buffer.put((byte) '"');
    }

    private void character(char c) {
        if (c == '"' || c == '\\') {
            buffer.put((byte) '\\').put((byte) c);
        } else if (c >= ' ' && c < 0x7f) {
            buffer.put((byte) c);
        } else {
            buffer.put((byte) '\\').put((byte) 'u');
            buffer.put(HEX[c >> 12]).put(HEX[c >> 8 & 15]).put(HEX[c >> 4 & 15]).put(HEX[c & 15]);
        }
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            buffer.put((byte) text.charAt(i));
        }
    }
}
