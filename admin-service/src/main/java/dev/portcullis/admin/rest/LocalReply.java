package dev.portcullis.admin.rest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/** Replies to octets, and the end of a connection whose further octets cannot be trusted. */
final class LocalReply {
    private static final int LINGER_BYTES_MAX = 8 * 1024 * 1024;
    private static final int LINGER_MILLIS = 2_000;

    private LocalReply() {}

    /**
     * The response that a reply becomes.
     *
     * @param head whether it answers HEAD: the same head, no body (RFC 9110, section 9.3.2)
     */
    static FullHttpResponse response(RestReply reply, boolean head) {
        byte[] body = ((RestReply.Octets) reply.content()).octets();
        ByteBuf content = head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), content);
        setHeaders(response, reply);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }

    /**
     * The head of a response whose body is made as it goes.
     *
     * @param chunked how its end is told; else by the end of the connection
     */
    static HttpResponse streamHead(RestReply reply, boolean chunked) {
        HttpResponse response = new DefaultHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()));
        setHeaders(response, reply);
        HttpUtil.setTransferEncodingChunked(response, chunked);
        return response;
    }

    private static void setHeaders(HttpResponse response, RestReply reply) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, reply.content().mediaType());
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        reply.headers().forEach(headers::set);
    }

    /**
     * Answers, and ends the connection: what else comes on it is dropped. Event loop only. The
     * answer is followed by a time in which input is still read, since closing a socket with unread
     * input resets it and would take the answer away from the client.
     */
    static void sendAndClose(Channel channel, RestReply reply) {
        if (channel.pipeline().get(Linger.class) != null) {
            return;
        }
        RequestDeadlines deadlines = channel.pipeline().get(RequestDeadlines.class);
        if (deadlines != null) {
            deadlines.clear();
        }
        channel.pipeline().addFirst(new Linger());
        FullHttpResponse response = response(reply, false);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        channel.writeAndFlush(response).addListener(written -> linger(channel));
    }

    /** Ends a connection whose last response has been written. Event loop only. */
    static void linger(Channel channel) {
        if (channel.pipeline().get(Linger.class) == null) {
            channel.pipeline().addFirst(new Linger());
        }
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.config().setAutoRead(true);
    }

    /** Drops input, so that it never reaches the codec, up to a bound. */
    private static final class Linger extends ChannelInboundHandlerAdapter {
        private long seen;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object octets) {
            seen += octets instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
            ReferenceCountUtil.release(octets);
            if (seen > LINGER_BYTES_MAX) {
                ctx.close();
            }
        }
    }
}
