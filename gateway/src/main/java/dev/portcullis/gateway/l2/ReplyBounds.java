package dev.portcullis.gateway.l2;

import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds what a Redis, which nobody trusts, can make this process hold. The client library gathers
 * an answer as long as it is announced, makes room for as many elements as a list claims, and keeps
 * what nobody asked for until somebody asks. So each connection is closed at the first octet that
 * goes beyond a bound or answers no question, and there are only so many connections, whatever
 * nodes a cluster says that it has.
 */
final class ReplyBounds implements NettyCustomizer {
    /**
     * The longest answer: the list of nodes of a cluster of a thousand takes about 250 KiB, and a
     * record {@link Seal#RECORD_OCTETS_MAX} at most.
     */
    static final int REPLY_OCTETS_MAX = 512 << 10;
    /** Connections at once; each node has one, and a second while the cluster is looked at. */
    static final int CONNECTIONS_MAX = 1_024;

    private final AtomicInteger connections = new AtomicInteger();

    @Override
    public void afterChannelInitialized(Channel channel) {
        channel.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (connections.incrementAndGet() > CONNECTIONS_MAX) {
            channel.close();
            return;
        }
        // behind TLS, and in front of who gathers
        String encoder = channel.pipeline().context(CommandEncoder.class).name();
        channel.pipeline().addBefore(encoder, "reply-bounds", new Guard());
    }

    /** Stands on one connection; its event loop alone uses it. */
    private static final class Guard extends ChannelDuplexHandler {
        private final Resp questions = new Resp(Long.MAX_VALUE);
        private final Resp answers = new Resp(REPLY_OCTETS_MAX);
        private boolean broken;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
                throws Exception {
            questions.pass((ByteBuf) message);
            context.write(message, promise);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (broken) {
                ReferenceCountUtil.release(message);
                return;
            }
            try {
                answers.pass((ByteBuf) message);
                if (answers.messages() > questions.messages()) {
                    throw new ReplyException("an answer to no question");
                }
            } catch (ReplyException e) {
                broken = true;
                ReferenceCountUtil.release(message);
                // whoever waits for an answer hears why there is none
                context.fireExceptionCaught(e);
                context.close();
                return;
            }
            context.fireChannelRead(message);
        }
    }
}
