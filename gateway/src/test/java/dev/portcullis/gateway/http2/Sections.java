package dev.portcullis.gateway.http2;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Field sections as text: one line for each field, {@code name=value}, an octet a character. */
final class Sections {
    private Sections() {}

    static FieldSection of(String... lines) {
        FieldSection section = new FieldSection();
        for (String line : lines) {
            int at = line.indexOf('=', 1);
            section.add(latin1(line.substring(0, at)), latin1(line.substring(at + 1)));
        }
        return section;
    }

    static AsciiString latin1(String text) {
        return new AsciiString(text.getBytes(StandardCharsets.ISO_8859_1), false);
    }

    static String text(Http2Headers section) {
        StringJoiner text = new StringJoiner("\n");
        section.forEach(line -> text.add(line.getKey() + "=" + line.getValue()));
        return text.toString();
    }
}
