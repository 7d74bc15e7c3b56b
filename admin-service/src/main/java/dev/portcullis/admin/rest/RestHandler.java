package dev.portcullis.admin.rest;

import dev.portcullis.admin.edge.RequestIds;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes whole requests off the wire, has them answered on another thread, and writes the answers: one
 * at a time for each connection, so that they leave in the order in which the requests came.
 *
 * <p>One for each connection; everything here runs on its event loop unless said otherwise.
 */
final class RestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RestHandler.class);

    private final Answerer answerer;
    private final Executor executor;
    private final RequestIds requestIds;
    private boolean busy;
    private boolean draining;

    /** What answers a request, on a thread that may block; it completes with a reply, never fails. */
    @FunctionalInterface
    interface Answerer {
        CompletionStage<RestReply> answer(RestRequest request);
    }

    /** @param executor bounded: it rejects what it has no room for */
    RestHandler(Answerer answerer, Executor executor, RequestIds requestIds) {
        this.answerer = answerer;
        this.executor = executor;
        this.requestIds = requestIds;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        if (!message.decoderResult().isSuccess()) {
            LocalReply.sendAndClose(
                    ctx.channel(), RestReply.error(400, "the request is not well-formed HTTP"));
            return;
        }
        busy = true;
        deadlines(ctx).clear();
        String requestId = requestIds.of(message.headers().getAll("X-Request-Id"));
        Exchange exchange = new Exchange(
                ctx,
                requestId,
                HttpMethod.HEAD.equals(message.method()),
                HttpUtil.isKeepAlive(message));
        RestRequest request;
        try {
            request = requestOf(ctx, message, requestId);
        } catch (RestException e) {
            respond(exchange, RestReply.error(e));
            return;
        }
        dispatch(exchange, request);
    }

    private void dispatch(Exchange exchange, RestRequest request) {
        try {
            executor.execute(() -> answer(exchange, request));
        } catch (RejectedExecutionException e) {
            respond(exchange, RestReply.error(429, "too many requests at once; try again")
                    .with("Retry-After", "1"));
        }
    }

    /** On a thread of the executor. */
    private void answer(Exchange exchange, RestRequest request) {
        answerer.answer(request).whenComplete((reply, failure) -> {
            RestReply answer = reply;
            if (failure != null) {
                LOG.error("request {} failed", exchange.requestId, failure);
                answer = RestReply.error(500, "internal error");
            }
            RestReply last = answer;
            exchange.ctx.executor().execute(() -> respond(exchange, last));
        });
    }

    private void respond(Exchange exchange, RestReply reply) {
        ChannelHandlerContext ctx = exchange.ctx;
        FullHttpResponse response = LocalReply.response(reply, exchange.head);
        response.headers().set("X-Request-Id", exchange.requestId);
        boolean keep = exchange.keepAlive && !draining;
        HttpUtil.setKeepAlive(response, keep);
        ctx.writeAndFlush(response).addListener((ChannelFutureListener) written -> {
            busy = false;
            if (!written.isSuccess()) {
                ctx.close();
            } else if (keep && !draining) {
                deadlines(ctx).awaitRequest(
                        ctx.pipeline().context(RequestDeadlines.class));
                ctx.read();
            } else {
                LocalReply.linger(ctx.channel());
            }
        });
    }

    /** From now on no request is taken: an idle connection closes, a busy one after its answer. */
    void drain(ChannelHandlerContext ctx) {
        draining = true;
        if (!busy) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // resets and timeouts of clients: theirs to know, ours to end
        LOG.debug("connection of {} ends", ctx.channel().remoteAddress(), cause);
        ctx.close();
    }

    private static RestRequest requestOf(
            ChannelHandlerContext ctx, FullHttpRequest message, String requestId) {
        InetSocketAddress remote = (InetSocketAddress) ctx.channel().remoteAddress();
        List<String> authorization = message.headers().getAll(HttpHeaderNames.AUTHORIZATION);
        return new RestRequest(
                message.method().name(),
                Target.parse(message.uri()),
                authorization,
                ByteBufUtil.getBytes(message.content()),
                remote == null ? "" : remote.getAddress().getHostAddress(),
                requestId);
    }

    private static RequestDeadlines deadlines(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(RequestDeadlines.class);
    }

    /** What an answer needs to know of its request. */
    private record Exchange(
            ChannelHandlerContext ctx, String requestId, boolean head, boolean keepAlive) {}
}
