package dev.portcullis.gateway.http2;

import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Decodes the field blocks of one connection (RFC 7541), one after the other, all into the same
 * {@link FieldSection}: it is valid until the next one is decoded. What stands in it is checked by
 * the translations, not here. Not thread-safe: an event loop owns it.
 */
public final class FieldSectionDecoder extends DefaultHttp2HeadersDecoder {
    private final FieldSection section = new FieldSection();

    /**
     * A decoder for a connection.
     *
     * @param listBytesMax of a section, as RFC 9113 counts them in section 6.5.2: a longer one is
     *     an error of its stream, one by a quarter longer of its connection
     */
    public FieldSectionDecoder(long listBytesMax) {
        super(false, false, listBytesMax);
    }

    @Override
    protected Http2Headers newHeaders() {
        return section.clear();
    }
}
