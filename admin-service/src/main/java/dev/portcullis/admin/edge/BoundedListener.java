package dev.portcullis.admin.edge;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A listening socket that closes each connection beyond a number of open ones. gRPC bounds what a
 * connection may take, but not how many there may be.
 */
public final class BoundedListener extends NioServerSocketChannel {
    /** @param connectionsMax one more is closed at once */
    public BoundedListener(int connectionsMax) {
        pipeline().addFirst(new Limit(connectionsMax));
    }

    private static final class Limit extends ChannelInboundHandlerAdapter {
        private final int max;
        private final AtomicInteger open = new AtomicInteger();

        Limit(int max) {
            this.max = max;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object accepted) {
            Channel connection = (Channel) accepted;
            if (open.incrementAndGet() > max) {
                open.decrementAndGet();
                connection.unsafe().closeForcibly();
                return;
            }
            connection.closeFuture().addListener(closed -> open.decrementAndGet());
            ctx.fireChannelRead(connection);
        }
    }
}
