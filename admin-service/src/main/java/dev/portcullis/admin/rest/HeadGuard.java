package dev.portcullis.admin.rest;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Refuses requests whose framing or head is not beyond doubt, and closes: where one request ends is
 * where the next begins, so an error in it cannot be skipped (RFC 9112, sections 6.3 and 11.2). The
 * codec in front finds what breaks the grammar; this handler answers for it, and adds what the
 * grammar allows but a server must not (RFC 9112, section 3.2: exactly one Host).
 *
 * <p>One for each connection, on its event loop.
 */
final class HeadGuard extends ChannelInboundHandlerAdapter {
    private final int bodyBytesMax;
    private boolean refused;

    HeadGuard(int bodyBytesMax) {
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        RestReply refusal = refused ? null : refusalOf((HttpObject) message);
        if (refused || refusal != null) {
            refused = true;
            ReferenceCountUtil.release(message);
            if (refusal != null) {
                LocalReply.sendAndClose(ctx.channel(), refusal);
            }
            return;
        }
        ctx.fireChannelRead(message);
    }

    private RestReply refusalOf(HttpObject message) {
        DecoderResult result = message.decoderResult();
        if (result.isFailure()) {
            return refusalOf(result.cause());
        }
        return message instanceof HttpRequest request ? refusalOf(request) : null;
    }

    private static RestReply refusalOf(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return RestReply.error(414, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return RestReply.error(431, "the request head is too large");
        }
        return RestReply.error(400, "the request is not well-formed HTTP");
    }

    private RestReply refusalOf(HttpRequest request) {
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || hosts.get(0).isBlank()) {
            return RestReply.error(400, "exactly one Host header is required");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && (codings.size() > 1 || !codings.get(0).trim().equalsIgnoreCase("chunked"))) {
            return RestReply.error(400, "the only transfer coding understood is chunked");
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return RestReply.error(505, "HTTP/1.1 is spoken here");
        }
        if (headers.contains(HttpHeaderNames.EXPECT) && !expectsContinue(request)) {
            return RestReply.error(417, "the only expectation understood is 100-continue");
        }
        return contentLength(request) > bodyBytesMax ? tooLarge(bodyBytesMax) : null;
    }

    static RestReply tooLarge(int bodyBytesMax) {
        return RestReply.error(413, "the body is larger than " + bodyBytesMax + " octets");
    }

    private static boolean expectsContinue(HttpMessage request) {
        return HttpUtil.is100ContinueExpected(request);
    }

    private static long contentLength(HttpMessage request) {
        return HttpUtil.getContentLength(request, 0L);
    }
}
