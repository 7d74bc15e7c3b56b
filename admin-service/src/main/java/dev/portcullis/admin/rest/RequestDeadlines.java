package dev.portcullis.admin.rest;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends connections that nobody uses and requests that never end. Stands before the codec, where it
 * sees octets: one that drips a request octet by octet must not count as active.
 *
 * <p>One for each connection, on its event loop.
 */
final class RequestDeadlines extends ChannelInboundHandlerAdapter {
    private final RestLimits limits;
    private ScheduledFuture<?> deadline;
    private boolean idle;

    RequestDeadlines(RestLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        awaitRequest(ctx);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object octets) {
        if (idle) {
            idle = false;
            set(ctx, limits.requestTimeout(), () -> LocalReply.sendAndClose(
                    ctx.channel(), RestReply.error(408, "the request took too long to arrive")));
        }
        ctx.fireChannelRead(octets);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clear();
        ctx.fireChannelInactive();
    }

    /** The last response is out: from now on the connection is idle. */
    void awaitRequest(ChannelHandlerContext ctx) {
        idle = true;
        set(ctx, limits.idleTimeout(), ctx::close);
    }

    /** The request is whole, or will never be: its time does not count any more. */
    void clear() {
        idle = false;
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void set(ChannelHandlerContext ctx, Duration after, Runnable action) {
        if (deadline != null) {
            deadline.cancel(false);
        }
        deadline = ctx.executor().schedule(action, after.toMillis(), TimeUnit.MILLISECONDS);
    }
}
