package dev.portcullis.admin.rest;

import dev.portcullis.admin.edge.RequestIds;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has requests answered on another thread, and writes the answers: one at a time for each
 * connection, so that they leave in the order in which the requests came.
 *
 * <p>One for each connection; everything here runs on its event loop unless said otherwise.
 */
final class RestHandler extends SimpleChannelInboundHandler<RequestGatherer.Gathered> {
    private static final String API_KEY = "X-Api-Key";
    private static final Logger LOG = LoggerFactory.getLogger(RestHandler.class);

    private final Answerer answerer;
    private final Executor executor;
    private final RequestIds requestIds;
    private boolean draining;
    private EventStream stream;

    /** What answers a request, on a thread that may block. */
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
    protected void channelRead0(ChannelHandlerContext ctx, RequestGatherer.Gathered message) {
        ctx.pipeline().get(RequestDeadlines.class).clear();
        HttpRequest head = message.head();
        Exchange exchange = new Exchange(
                ctx,
                requestIds.of(head.headers().getAll("X-Request-Id")),
                HttpMethod.HEAD.equals(head.method()),
                head.protocolVersion().minorVersion() > 0,
                HttpUtil.isKeepAlive(head));
        RestRequest request;
        try {
            request = requestOf(exchange, message);
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
        CompletionStage<RestReply> answer;
        try {
            answer = answerer.answer(request);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((reply, failure) -> {
            RestReply last = failure == null
                    ? reply
                    : RestErrors.of(failure, exchange.requestId);
            exchange.ctx.executor().execute(() -> respond(exchange, last));
        });
    }

    private void respond(Exchange exchange, RestReply reply) {
        if (reply.content() instanceof RestReply.Stream content) {
            stream(exchange, reply, content.events());
            return;
        }
        FullHttpResponse response = LocalReply.response(reply, exchange.head);
        response.headers().set("X-Request-Id", exchange.requestId);
        boolean keep = exchange.keepAlive && !draining;
        HttpUtil.setKeepAlive(response, keep);
        exchange.ctx.writeAndFlush(response)
                .addListener((ChannelFutureListener) written -> finish(exchange, written, keep));
    }

    /** The connection belongs to the stream from now on, and ends with it. */
    private void stream(Exchange exchange, RestReply reply, EventStream events) {
        ChannelHandlerContext ctx = exchange.ctx;
        HttpResponse head = LocalReply.streamHead(reply, exchange.chunks);
        head.headers().set("X-Request-Id", exchange.requestId);
        HttpUtil.setKeepAlive(head, false);
        ctx.writeAndFlush(head);
        stream = events;
        events.attach(ctx.channel());
        // what comes is not answered; but that the client goes is seen by reading alone
        ctx.read();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (stream != null && ctx.channel().isWritable()) {
            stream.drain();
        }
        ctx.fireChannelWritabilityChanged();
    }

    private void finish(Exchange exchange, ChannelFuture written, boolean keep)
            throws IOException {
        ChannelHandlerContext ctx = exchange.ctx;
        if (!written.isSuccess()) {
            ctx.close();
        } else if (!keep || draining) {
            LocalReply.linger(ctx.channel());
        } else {
            ChannelHandlerContext deadlines = ctx.pipeline().context(RequestDeadlines.class);
            ((RequestDeadlines) deadlines.handler()).awaitRequest(deadlines);
            ChannelHandlerContext gatherer = ctx.pipeline().context(RequestGatherer.class);
            ((RequestGatherer) gatherer.handler()).next(gatherer);
        }
    }

    /** From now on no request is taken: an idle connection closes, a busy one after its answer. */
    void drain(ChannelHandlerContext ctx) {
        draining = true;
        if (stream != null || !ctx.pipeline().get(RequestGatherer.class).busy()) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // resets and timeouts of clients: theirs to know, ours to end
        LOG.debug("connection of {} ends", ctx.channel().remoteAddress(), cause);
        ctx.close();
    }

    private static RestRequest requestOf(Exchange exchange, RequestGatherer.Gathered message) {
        InetSocketAddress remote = (InetSocketAddress) exchange.ctx.channel().remoteAddress();
        return new RestRequest(
                message.head().method().name(),
                Target.parse(message.head().uri()),
                credentials(message.head().headers()),
                headers(message.head().headers()),
                message.body(),
                remote == null ? "" : remote.getAddress().getHostAddress(),
                exchange.requestId);
    }

    private static RestRequest.Headers headers(HttpHeaders headers) {
        return new RestRequest.Headers(
                joined(headers, HttpHeaderNames.CONTENT_TYPE),
                joined(headers, HttpHeaderNames.CONTENT_ENCODING),
                joined(headers, HttpHeaderNames.ACCEPT),
                joined(headers, HttpHeaderNames.IF_MATCH));
    }

    private static String joined(HttpHeaders headers, CharSequence name) {
        List<String> values = headers.getAll(name);
        return values.isEmpty() ? null : String.join(",", values);
    }

    /** Every credential of a request, as Authorization would carry it: more than one is refused. */
    private static List<String> credentials(HttpHeaders headers) {
        List<String> all = new ArrayList<>(headers.getAll(HttpHeaderNames.AUTHORIZATION));
        headers.getAll(API_KEY).forEach(token -> all.add("Bearer " + token));
        return all;
    }

    /** What an answer needs to know of its request. */
    private record Exchange(
            ChannelHandlerContext ctx,
            String requestId,
            boolean head,
            boolean chunks,
            boolean keepAlive) {}
}
