package dev.portcullis.gateway.server;

import dev.portcullis.gateway.http2.FieldSection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * What frames mean to the requests of a connection. Netty has checked by then that they may stand
 * where they stand. Not thread-safe: it belongs to its connection.
 */
final class Http2Frames extends Http2FrameAdapter {
    private final Http2DownstreamConnection connection;

    Http2Frames(Http2DownstreamConnection connection) {
        this.connection = connection;
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int streamId, Http2Headers headers,
            int dependency, short weight, boolean exclusive, int padding, boolean ends) {
        FieldSection section = (FieldSection) headers;
        Http2DownstreamStream stream = connection.find(streamId);
        if (stream == null) {
            connection.opened(connection.connection().stream(streamId),
                    opened -> opened.begin(section, ends));
        } else {
            connection.touch(stream);
            connection.guarded(stream, () -> stream.requestTrailers(section));
        }
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int streamId, ByteBuf data, int padding,
            boolean ends) throws Http2Exception {
        int length = data.readableBytes();
        if (length == 0 && !ends) {
            connection.emptyData();
        }
        Http2DownstreamStream stream = connection.find(streamId);
        if (stream == null) {
            return length + padding;
        }
        connection.touch(stream);
        try {
            return padding + stream.data(data, ends);
        } catch (RuntimeException e) {
            connection.guarded(stream, () -> {
                throw e;
            });
            return length + padding;
        }
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
        Http2DownstreamStream stream = connection.find(streamId);
        if (stream != null) {
            connection.guarded(stream, stream::closed);
        }
    }
}
