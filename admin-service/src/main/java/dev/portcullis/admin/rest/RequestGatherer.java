package dev.portcullis.admin.rest;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Puts a request's pieces together, up to the bound on bodies, and hands on one request at a time:
 * the next when {@link #next} asks for it. Meanwhile nothing is read, so what a client sends ahead
 * stays in its own socket, but for the rest of the last read, which waits here.
 *
 * <p>One for each connection, on its event loop. Counts on AUTO_READ being off.
 */
final class RequestGatherer extends ChannelInboundHandlerAdapter {
    private final HeadRules rules;
    private final int bodyBytesMax;
    private final Queue<HttpObject> ahead = new ArrayDeque<>();
    private HttpRequest head;
    private ByteArrayOutputStream body;
    private boolean busy;
    private boolean taking;
    private boolean refused;

    /** A request that is whole and well framed. */
    record Gathered(HttpRequest head, byte[] body) {}

    RequestGatherer(int bodyBytesMax) {
        this.rules = new HeadRules(bodyBytesMax);
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws IOException {
        if (busy) {
            ahead.add((HttpObject) message);
        } else {
            take(ctx, (HttpObject) message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (!busy) {
            ctx.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refused = true;
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        ctx.fireChannelInactive();
    }

    /** Whether a request is being answered. */
    boolean busy() {
        return busy;
    }

    /** The last request is answered. */
    void next(ChannelHandlerContext ctx) throws IOException {
        busy = false;
        if (taking) {
            // answered at once, from within the loop below: going deeper for each request that was
            // sent ahead would let a client choose how deep
            return;
        }
        taking = true;
        while (!busy && !ahead.isEmpty()) {
            take(ctx, ahead.remove());
        }
        taking = false;
        if (!busy) {
            ctx.read();
        }
    }

    private void take(ChannelHandlerContext ctx, HttpObject message) throws IOException {
        try {
            if (refused) {
                return;
            }
            RestReply refusal = rules.refusalOf(message);
            if (refusal != null) {
                refuse(ctx, refusal);
                return;
            }
            if (message instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (message instanceof HttpContent content) {
                add(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        head = request;
        body = new ByteArrayOutputStream();
        if (HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void add(ChannelHandlerContext ctx, HttpContent content) throws IOException {
        int more = content.content().readableBytes();
        if (body.size() + more > bodyBytesMax) {
            refuse(ctx, rules.tooLarge());
            return;
        }
        content.content().readBytes(body, more);
        if (content instanceof LastHttpContent) {
            Gathered gathered = new Gathered(head, body.toByteArray());
            head = null;
            body = null;
            busy = true;
            ctx.fireChannelRead(gathered);
        }
    }

    private void refuse(ChannelHandlerContext ctx, RestReply refusal) {
        refused = true;
        body = null;
        LocalReply.sendAndClose(ctx.channel(), refusal);
    }
}
