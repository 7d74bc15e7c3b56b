package dev.portcullis.admin.edge;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A listening socket that closes each connection beyond a number of open ones. gRPC bounds what a
 * connection may take, but not how many there may be.
 */
public final class BoundedListener extends NioServerSocketChannel {
    /** @param connectionsMax one more is closed at once */
    public BoundedListener(int connectionsMax) {
        this(connectionsMax, connection -> {});
    }

    /**
     * As the other.
     *
     * @param accepted is told of each connection that is let in; must not block
     */
    public BoundedListener(int connectionsMax, Consumer<Channel> accepted) {
        pipeline().addFirst(new Limit(connectionsMax, accepted));
    }

    private static final class Limit extends ChannelInboundHandlerAdapter {
        private final int max;
        private final AtomicInteger open = new AtomicInteger();

        private final Consumer<Channel> listener;

        Limit(int max, Consumer<Channel> listener) {
            this.max = max;
            this.listener = listener;
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
            listener.accept(connection);
            ctx.fireChannelRead(connection);
        }
    }
}
