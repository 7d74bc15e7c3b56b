package dev.portcullis.admin.rest;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;

/**
 * Which requests are refused for their framing or head. Each such refusal closes the connection:
 * where one request ends is where the next begins, so an error in it cannot be skipped (RFC 9112,
 * sections 6.3 and 11.2). The codec finds what breaks the grammar, and these rules answer for it;
 * they add what the grammar allows but a server must not (RFC 9112, section 3.2: exactly one Host).
 */
final class HeadRules {
    private final int bodyBytesMax;

    HeadRules(int bodyBytesMax) {
        this.bodyBytesMax = bodyBytesMax;
    }

    /** Why this part of a request is refused, or null when it is not. */
    RestReply refusalOf(HttpObject message) {
        DecoderResult result = message.decoderResult();
        if (result.isFailure()) {
            return refusalOf(result.cause());
        }
        return message instanceof HttpRequest request ? refusalOf(request) : null;
    }

    /** The body has turned out to be larger than it may be. */
    RestReply tooLarge() {
        return RestReply.error(413, "the body is larger than " + bodyBytesMax + " octets");
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
        if (request.protocolVersion().majorVersion() != 1) {
            return RestReply.error(505, "HTTP/1.1 is spoken here");
        }
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1 || hosts.get(0).isBlank()) {
            return RestReply.error(400, "exactly one Host header is required");
        }
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && (codings.size() > 1 || !codings.get(0).trim().equalsIgnoreCase("chunked"))) {
            return RestReply.error(400, "the only transfer coding understood is chunked");
        }
        if (headers.contains(HttpHeaderNames.EXPECT) && !HttpUtil.is100ContinueExpected(request)) {
            return RestReply.error(417, "the only expectation understood is 100-continue");
        }
        return HttpUtil.getContentLength(request, 0L) > bodyBytesMax ? tooLarge() : null;
    }
}
