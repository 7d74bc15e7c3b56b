package dev.portcullis.benchmarks.compare;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;

/**
 * Passes octets on, both ways, and reads no HTTP at all: what any proxy on this transport costs.
 */
public final class BytesRelay extends ChannelInboundHandlerAdapter {
    private final int upstreamPort;
    private Channel upstream;

    private BytesRelay(int upstreamPort) {
        this.upstreamPort = upstreamPort;
    }

    /** Arguments: the port to listen on, the port to relay to. */
    public static void main(String[] arguments) {
        int upstreamPort = Integer.parseInt(arguments[1]);
        EventLoopGroup group = Transport.oneLoop();
        Transport.listen(group, Integer.parseInt(arguments[0]),
                () -> new ChannelHandler[] {new BytesRelay(upstreamPort)});
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        Channel downstream = context.channel();
        downstream.config().setAutoRead(false);
        Bootstrap bootstrap = Transport.client(downstream.eventLoop(), upstreamPort)
                .handler(new PassTo(downstream));
        ChannelFuture connecting = bootstrap.connect();
        upstream = connecting.channel();
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                downstream.config().setAutoRead(true);
            } else {
                downstream.close();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        upstream.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        upstream.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        upstream.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** The way back: whatever comes in goes to the other channel, flushed once for each turn. */
    static final class PassTo extends ChannelInboundHandlerAdapter {
        private final Channel other;

        PassTo(Channel other) {
            this.other = other;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            other.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            other.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
