package dev.portcullis.gateway.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One HTTP/1.1 message as {@link HttpReader} found it. Text is ISO 8859-1: each character stands
 * for one octet.
 *
 * @param body the content with the chunked framing taken off; empty when bodies are only counted
 * @param bodyBytes the content's length, even when it was only counted
 * @param raw every octet of the message as it came, without those of a body that was only counted
 * @param complete false when the connection ended within the message
 * @param untilClose whether the body's end was the connection's
 */
public record HttpMessage(
        String startLine,
        List<Header> headers,
        byte[] body,
        long bodyBytes,
        List<Header> trailers,
        byte[] raw,
        boolean complete,
        boolean untilClose) {

    /** A header line. */
    public record Header(String name, String value) {}

    /** Of a response. */
    public int status() {
        return Integer.parseInt(startLine.substring(9, 12));
    }

    /** Of a request. */
    public String method() {
        return startLine.substring(0, startLine.indexOf(' '));
    }

    /** Of a request. */
    public String target() {
        return startLine.substring(startLine.indexOf(' ') + 1, startLine.lastIndexOf(' '));
    }

    /** The value of a header that may stand there once, or null. Names in any case. */
    public String header(String name) {
        List<String> values = headerValues(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " stands there " + values.size() + " times: " + values);
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /** The values of all header lines of a name, in any case. */
    public List<String> headerValues(String name) {
        return valuesIn(headers, name);
    }

    /** The values of all trailer lines of a name, in any case. */
    public List<String> trailerValues(String name) {
        return valuesIn(trailers, name);
    }

    private static List<String> valuesIn(List<Header> lines, String name) {
        return lines.stream()
                .filter(line -> line.name().equalsIgnoreCase(name))
                .map(Header::value)
                .toList();
    }

    /** The body, an octet a character. */
    public String text() {
        return new String(body, StandardCharsets.ISO_8859_1);
    }

    /** The whole message, an octet a character. */
    public String rawText() {
        return new String(raw, StandardCharsets.ISO_8859_1);
    }

    /** The message itself, for what an assertion says. */
    @Override
    public String toString() {
        return rawText();
    }
}
