package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.http2.FieldSection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;

/** The frames of an upstream connection, each handed to the stream it is of. */
final class Http2Frames extends Http2FrameAdapter {
    /** Answers to control frames that the upstream does not read. */
    private static final long UNREAD_BYTES_MAX = 256 * 1024;

    private final Http2Connection connection;

    Http2Frames(Http2Connection connection) {
        this.connection = connection;
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext context, int streamId, ByteBuf data, int padding,
            boolean endOfStream) {
        Http2Lease lease = connection.lease(streamId);
        int octets = data.readableBytes() + padding;
        return lease == null ? octets : lease.dataRead(data, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding,
            boolean endOfStream) throws Http2Exception {
        if (streamId % 2 == 0) {
            // a server opens no streams but by promises, and those are not taken
            throw Http2Exception.connectionError(
                    Http2Error.PROTOCOL_ERROR, "a stream that nobody asked for");
        }
        Http2Lease lease = connection.lease(streamId);
        if (lease != null) {
            lease.headersRead((FieldSection) headers, endOfStream);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers,
            int streamDependency, short weight, boolean exclusive, int padding,
            boolean endOfStream) throws Http2Exception {
        onHeadersRead(context, streamId, headers, padding, endOfStream);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int streamId, long errorCode) {
        Http2Lease lease = connection.lease(streamId);
        if (lease != null) {
            lease.resetRead(errorCode);
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings)
            throws Http2Exception {
        checkQueue(context);
        connection.settingsRead(settings);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        checkQueue(context);
    }

    /** Whoever asks for answers and does not read them is not answered for ever. */
    private static void checkQueue(ChannelHandlerContext context) throws Http2Exception {
        if (context.channel().bytesBeforeWritable() > UNREAD_BYTES_MAX) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "answers to control frames are not read");
        }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long data) {
        connection.pingAnswered();
    }
}
