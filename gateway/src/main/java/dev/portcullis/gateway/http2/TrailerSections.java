package dev.portcullis.gateway.http2;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;

/** Trailers: the field section of HTTP/2 to that of a chunked body, and back. */
public final class TrailerSections {
    private static final byte[] CRLF = ascii("\r\n");

    private TrailerSections() {}

    /** The trailers; null when the section is malformed or too large. */
    public static Trailers toTrailers(FieldSection section) {
        ByteBuf out = Unpooled.buffer();
        for (int line = 0; line < section.size(); line++) {
            // pseudo-header fields are no names: they have no place in trailers
            if (!Fields.isAllowed(section.name(line), section.value(line))) {
                return null;
            }
            Fields.writeLine(out, section.name(line), section.value(line));
        }
        out.writeBytes(CRLF);
        Trailers trailers = new Trailers();
        return trailers.read(out) == Progress.COMPLETE ? trailers : null;
    }

    /** The section; fields that may not be passed on are left out. */
    public static Http2Headers fromTrailers(Trailers trailers) {
        AsciiString[] texts = new AsciiString[trailers.fields() * 2];
        int count = 0;
        for (int field = 0; field < trailers.fields(); field++) {
            if (trailers.mayPass(field)) {
                texts[count++] = new AsciiString(trailers.bytes(), trailers.nameFrom(field),
                        trailers.nameTo(field) - trailers.nameFrom(field), true).toLowerCase();
                texts[count++] = new AsciiString(trailers.bytes(), trailers.valueFrom(field),
                        trailers.valueTo(field) - trailers.valueFrom(field), true);
            }
        }
        return ReadOnlyHttp2Headers.trailers(false, Arrays.copyOf(texts, count));
    }
}
