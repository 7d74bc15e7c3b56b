package dev.portcullis.gateway.testkit;

import dev.portcullis.gateway.testkit.HttpMessage.Header;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads HTTP/1.1 messages off a connection by the letter of RFC 9112: what is not well formed is a
 * {@link MalformedMessage}, never repaired. Not thread-safe.
 *
 * <p>A message is read in two steps, so that a server may act between head and body.
 */
public final class HttpReader {
    private static final Pattern REQUEST_LINE =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/1\\.[01]");
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.1 [1-5][0-9][0-9] [\\t -~\\x80-\\xff]*");
    private static final Pattern HEADER =
            Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t -~\\x80-\\xff]*");
    private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9A-Fa-f]{1,8}");
    private static final int LINE_MAX = 1 << 20;

    private final InputStream in;
    private final boolean keepBodies;
    private final byte[] piece = new byte[64 * 1024];
    private ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private ByteArrayOutputStream body = new ByteArrayOutputStream();
    private long bodyBytes;
    private List<Header> trailers = List.of();
    private boolean untilClose;

    /**
     * @param keepBodies whether bodies are kept, or only counted
     */
    public HttpReader(InputStream in, boolean keepBodies) {
        this.in = new BufferedInputStream(in, 64 * 1024);
        this.keepBodies = keepBodies;
    }

    /** A head, before its body has been read. */
    public record Head(String startLine, List<Header> headers) {
        /** The values of all lines of a name. */
        List<String> values(String name) {
            return headers.stream()
                    .filter(line -> line.name().equalsIgnoreCase(name))
                    .map(Header::value)
                    .toList();
        }
    }

    /** The octets of the message at hand so far, an octet a character. */
    public String rawSoFar() {
        return raw.toString(StandardCharsets.ISO_8859_1);
    }

    /** The next request's head, or null when the connection ended before its first octet. */
    public Head requestHead() throws IOException {
        return head(REQUEST_LINE);
    }

    /** The next response's head, or null when the connection ended before its first octet. */
    public Head responseHead() throws IOException {
        return head(STATUS_LINE);
    }

    private Head head(Pattern startLine) throws IOException {
        raw = new ByteArrayOutputStream();
        body = new ByteArrayOutputStream();
        bodyBytes = 0;
        trailers = List.of();
        untilClose = false;
        in.mark(1);
        if (in.read() < 0) {
            return null;
        }
        in.reset();
        String first = line();
        require(startLine.matcher(first).matches(), "start line", first);
        return new Head(first, headerLines());
    }

    private List<Header> headerLines() throws IOException {
        List<Header> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            require(HEADER.matcher(line).matches(), "header line", line);
            int colon = line.indexOf(':');
            lines.add(new Header(line.substring(0, colon), line.substring(colon + 1).trim()));
        }
        return lines;
    }

    /** The body of a request whose head was read. */
    public HttpMessage requestBody(Head head) throws IOException {
        if (hasFraming(head)) {
            framedBody(head);
        }
        return message(head, true);
    }

    /**
     * The body of a response whose head was read.
     *
     * @param requestMethod the method it answers
     */
    public HttpMessage responseBody(Head head, String requestMethod) throws IOException {
        int status = Integer.parseInt(head.startLine().substring(9, 12));
        boolean framed = hasFraming(head);
        if (requestMethod.equals("HEAD") || status < 200 || status == 204 || status == 304) {
            require(status >= 200 || !framed, "framing of an interim response", head.startLine());
            return message(head, true);
        }
        if (framed) {
            framedBody(head);
        } else {
            untilClose = true;
            copy(Long.MAX_VALUE);
        }
        return message(head, true);
    }

    /** The message as far as it came, after an exception. */
    public HttpMessage broken(Head head) {
        return message(head, false);
    }

    /** That many octets that are no message; fewer at the connection's end. */
    byte[] octets(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Adds everything up to the connection's end to {@link #rawSoFar}, whatever it is. */
    void drain() throws IOException {
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
            raw.write(piece, 0, count);
        }
    }

    private HttpMessage message(Head head, boolean complete) {
        return new HttpMessage(
                head.startLine(),
                head.headers(),
                body.toByteArray(),
                bodyBytes,
                trailers,
                raw.toByteArray(),
                complete,
                untilClose);
    }

    private static boolean hasFraming(Head head) throws MalformedMessage {
        List<String> lengths = head.values("Content-Length");
        List<String> codings = head.values("Transfer-Encoding");
        require(lengths.size() + codings.size() <= 1, "framing", lengths + " " + codings);
        return lengths.size() + codings.size() == 1;
    }

    private void framedBody(Head head) throws IOException {
        List<String> lengths = head.values("Content-Length");
        if (lengths.isEmpty()) {
            String coding = head.values("Transfer-Encoding").get(0);
            require(coding.equals("chunked"), "transfer coding", coding);
            chunks();
        } else {
            String length = lengths.get(0);
            require(length.matches("[0-9]{1,18}"), "content length", length);
            copy(Long.parseLong(length));
        }
    }

    private void chunks() throws IOException {
        while (true) {
            String size = line();
            require(CHUNK_SIZE.matcher(size).matches(), "chunk size", size);
            long length = Long.parseLong(size, 16);
            if (length == 0) {
                trailers = headerLines();
                return;
            }
            copy(length);
            String end = line();
            require(end.isEmpty(), "end of a chunk", end);
        }
    }

    /** Moves that many octets into the body; {@code Long.MAX_VALUE} means to the end. */
    private void copy(long length) throws IOException {
        long rest = length;
        while (rest > 0) {
            int count = in.read(piece, 0, (int) Math.min(piece.length, rest));
            if (count < 0) {
                if (length == Long.MAX_VALUE) {
                    return;
                }
                throw new EOFException(rest + " octets of a body are missing");
            }
            rest -= count;
            bodyBytes += count;
            if (keepBodies) {
                body.write(piece, 0, count);
                raw.write(piece, 0, count);
            }
        }
    }

    /** A line that ends with CRLF, and holds neither elsewhere. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the connection ended within a line");
            }
            raw.write(octet);
            if (octet == '\r') {
                int next = in.read();
                if (next >= 0) {
                    raw.write(next);
                }
                require(next == '\n', "end of line", line.toString());
                return line.toString();
            }
            require(octet != '\n' && line.length() < LINE_MAX, "line", line.toString());
            line.append((char) octet);
        }
    }

    private static void require(boolean holds, String what, String text) throws MalformedMessage {
        if (!holds) {
            String shown = text.length() > 200 ? text.substring(0, 200) + "..." : text;
            throw new MalformedMessage("malformed " + what + ": " + shown);
        }
    }
}
