package dev.portcullis.gateway.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What came on one stream so far. Not thread-safe. */
public final class H2Response {
    private final List<String> interim = new ArrayList<>();
    private List<String> fields = List.of();
    private List<String> trailers = List.of();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int reset = -1;
    private boolean ended;

    void add(H2Frame frame) {
        switch (frame.type()) {
            case H2Frame.HEADERS -> headers(frame);
            case H2Frame.DATA -> body.writeBytes(frame.payload());
            case H2Frame.RST_STREAM -> reset = frame.number(0);
            default -> { }
        }
        ended |= frame.ends();
    }

    private void headers(H2Frame frame) {
        if (!fields.isEmpty()) {
            trailers = frame.fields();
        } else if (frame.fields().get(0).startsWith(":status=1")) {
            interim.add(String.join("\n", frame.fields()));
        } else {
            fields = frame.fields();
        }
    }

    /** Whether nothing more will come. */
    public boolean isOver() {
        return ended || reset >= 0;
    }

    /** Whether it ended in order. */
    public boolean isWhole() {
        return ended;
    }

    /** The status, or -1 when none came. */
    public int status() {
        return fields.isEmpty() ? -1 : Integer.parseInt(header(":status"));
    }

    /** The value of a field that may stand there once, or null. */
    public String header(String name) {
        return valueIn(fields, name);
    }

    /** The value of a trailer that may stand there once, or null. */
    public String trailer(String name) {
        return valueIn(trailers, name);
    }

    private static String valueIn(List<String> lines, String name) {
        List<String> found = lines.stream().filter(line -> line.startsWith(name + "=")).toList();
        if (found.size() > 1) {
            throw new AssertionError(name + " stands there more than once: " + found);
        }
        return found.isEmpty() ? null : found.get(0).substring(name.length() + 1);
    }

    /** All fields of the final response, pseudo-header fields too. */
    public List<String> fields() {
        return fields;
    }

    /** All trailers. */
    public List<String> trailers() {
        return trailers;
    }

    /** The interim responses. */
    public List<String> interim() {
        return interim;
    }

    /** The error it was reset with, or -1. */
    public int reset() {
        return reset;
    }

    /** The body, an octet a character. */
    public String text() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    /** Octets of the body. */
    public int bodyBytes() {
        return body.size();
    }

    @Override
    public String toString() {
        return interim + " " + fields + " " + body.size() + " octets " + trailers
                + (ended ? " ended" : "") + (reset >= 0 ? " reset " + reset : "");
    }
}
