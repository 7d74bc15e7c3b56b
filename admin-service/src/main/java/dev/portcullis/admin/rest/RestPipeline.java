package dev.portcullis.admin.rest;

import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The one place where a connection's pipeline is built. */
final class RestPipeline extends ChannelInitializer<SocketChannel> {
    private final RestLimits limits;
    private final ChannelGroup connections;
    private final Supplier<RestHandler> handlers;

    /** @param handlers makes the last handler of each connection */
    RestPipeline(RestLimits limits, ChannelGroup connections, Supplier<RestHandler> handlers) {
        this.limits = limits;
        this.connections = connections;
        this.handlers = handlers;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        connections.add(channel);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new WriteTimeoutHandler(
                limits.writeTimeout().toMillis(), TimeUnit.MILLISECONDS));
        pipeline.addLast(new RequestDeadlines(limits));
        pipeline.addLast(new HttpServerCodec(decoder()));
        pipeline.addLast(new RequestGatherer(limits.bodyBytesMax()));
        pipeline.addLast(handlers.get());
    }

    private HttpDecoderConfig decoder() {
        // the strict settings are today's defaults, but not everybody's to change by a property
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLineBytesMax())
                .setMaxHeaderSize(limits.headBytesMax())
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true);
    }
}
