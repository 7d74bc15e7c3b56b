package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http2.FieldSectionDecoder;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;

/** Makes the frame codec of an upstream connection, with all that bounds it. */
final class Http2Codec
        extends AbstractHttp2ConnectionHandlerBuilder<Http2Connection, Http2Codec> {
    /** Of a response's field section, as RFC 9113 counts it in section 6.5.2. */
    private static final int LIST_BYTES_MAX = 64 * 1024;
    /** What one stream may send before its client has taken it. */
    static final int STREAM_WINDOW = 64 * 1024;
    /** Streams of ours on one connection, however many more the upstream would allow. */
    static final int STREAMS_MAX = 100;
    /** Enough for all streams, so that those of slow clients never hold up the others. */
    static final int CONNECTION_WINDOW = STREAMS_MAX * STREAM_WINDOW;

    private static final int SMALL_CONTINUATIONS_MAX = 16;

    private final Http2Pool pool;

    private Http2Codec(Http2Pool pool) {
        this.pool = pool;
    }

    /** The handler of a new connection. */
    static Http2Connection newConnection(Http2Pool pool) {
        DefaultHttp2Connection streams = new DefaultHttp2Connection(false, 0);
        DefaultHttp2FrameReader reader = new DefaultHttp2FrameReader(
                new FieldSectionDecoder(LIST_BYTES_MAX), SMALL_CONTINUATIONS_MAX);
        DefaultHttp2FrameWriter writer =
                new DefaultHttp2FrameWriter(Http2HeadersEncoder.NEVER_SENSITIVE, true);
        Http2ConnectionEncoder encoder = new DefaultHttp2ConnectionEncoder(streams, writer);
        // what stands in field sections is checked by their translation, not here
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                streams, encoder, reader, Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true, true, false);
        return new Http2Codec(pool)
                .codec(decoder, encoder)
                .initialSettings(new Http2Settings()
                        .pushEnabled(false)
                        .initialWindowSize(STREAM_WINDOW)
                        .maxHeaderListSize(LIST_BYTES_MAX))
                .gracefulShutdownTimeoutMillis(0)
                .build();
    }

    @Override
    protected Http2Connection build(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        Http2Connection connection = new Http2Connection(pool, decoder, encoder, settings);
        Http2FrameListener frames = new Http2Frames(connection);
        frameListener(frames);
        return connection;
    }
}
