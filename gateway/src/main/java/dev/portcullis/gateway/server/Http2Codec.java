package dev.portcullis.gateway.server;

import dev.portcullis.gateway.http2.FieldSectionDecoder;
import dev.portcullis.gateway.server.FloodGuard.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * Netty's parts of one connection, put together with the limits that a client is held to from its
 * first frame on, whether it has acknowledged them or not.
 *
 * @param settings what the client is told
 */
record Http2Codec(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    /** Requests in progress, and streams that are not over for other reasons. */
    static final int STREAMS_MAX = 100;
    /** What may come unread on one stream, and on all. */
    static final int STREAM_WINDOW = 65_535;
    static final int CONNECTION_WINDOW = 1024 * 1024;

    /** Frames of less than half of the usual size behind a HEADERS frame. */
    private static final int SMALL_CONTINUATIONS_MAX = 16;
    /** What is remembered of fields that were sent, whatever the client offers to remember. */
    private static final int HEADER_TABLE_MAX = 4096;

    private static final int PIECE_MIN = 16 * 1024;

    static Http2Codec create(int fieldSectionMax, FloodGuard guard) {
        Http2Settings settings = new Http2Settings()
                .maxConcurrentStreams(STREAMS_MAX)
                .maxHeaderListSize(fieldSectionMax)
                .connectProtocolEnabled(true);
        Http2Connection connection = new DefaultHttp2Connection(true);
        UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
        distributor.minAllocationChunk(PIECE_MIN);
        connection.remote().flowController(
                new DefaultHttp2RemoteFlowController(connection, distributor));
        // one stream too many is refused by the connection itself, which can go on with what else
        // belongs to the stream; Netty would take that for a breach of protocol
        connection.remote().maxActiveStreams(2 * STREAMS_MAX);
        Http2HeadersEncoder fields = new DefaultHttp2HeadersEncoder(
                Http2HeadersEncoder.NEVER_SENSITIVE, true);
        Encoder encoder = new Encoder(connection, new Writer(fields, guard));
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection, encoder,
                new DefaultHttp2FrameReader(
                        new FieldSectionDecoder(fieldSectionMax), SMALL_CONTINUATIONS_MAX),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, false);
        return new Http2Codec(decoder, encoder, settings);
    }

    /** Takes from the client's settings what is good for us. */
    private static final class Encoder extends DefaultHttp2ConnectionEncoder {
        Encoder(Http2Connection connection, Http2FrameWriter writer) {
            super(connection, writer);
        }

        @Override
        public void remoteSettings(Http2Settings settings) throws Http2Exception {
            Long table = settings.headerTableSize();
            if (table != null && table > HEADER_TABLE_MAX) {
                settings.headerTableSize(HEADER_TABLE_MAX);
            }
            try {
                super.remoteSettings(settings);
            } catch (Http2Exception e) {
                // a window that overflows by a setting is the connection's error, not one of each
                // stream (RFC 9113, section 6.9.2)
                throw Http2Exception.isStreamError(e)
                        ? Http2Exception.connectionError(
                                Http2Error.FLOW_CONTROL_ERROR, e, "a window overflows")
                        : e;
            }
        }

        @Override
        public Http2Settings pollSentSettings() {
            Http2Settings sent = super.pollSentSettings();
            // all of them are in force already
            return sent == null ? null : new Http2Settings();
        }
    }

    /** Counts what is sent: a client has to answer DATA with updates of windows. */
    private static final class Writer extends DefaultHttp2FrameWriter {
        private final FloodGuard guard;

        Writer(Http2HeadersEncoder fields, FloodGuard guard) {
            super(fields);
            this.guard = guard;
        }

        @Override
        public ChannelFuture writeData(ChannelHandlerContext context, int streamId, ByteBuf data,
                int padding, boolean ends, ChannelPromise promise) {
            guard.earn(Kind.WINDOW_UPDATE, 2);
            guard.earn(Kind.PING, 1);
            return super.writeData(context, streamId, data, padding, ends, promise);
        }
    }
}
