package dev.portcullis.gateway.server;

import dev.portcullis.gateway.protect.ProxyHeader;
import dev.portcullis.gateway.watch.Changed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning of a connection from a proxy that says for whom it connects. It must say so, whole
 * and well-formed, within the time of a head; else nothing can be believed and the connection is
 * closed without a word, for nobody knows in which protocol one would be understood.
 *
 * <p>Not thread-safe: everything happens on its event loop.
 */
final class ProxyProtocolStep extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyProtocolStep.class);

    private final Worker worker;
    private final Peer peer;
    private final Runnable then;
    private final long since;
    private final ProxyHeader header = new ProxyHeader();
    private Channel channel;
    private ByteBuf unread;
    private boolean over;

    /**
     * A step that waits for the header.
     *
     * @param then goes on with the connection; the peer's address is known by then
     */
    ProxyProtocolStep(Worker worker, Peer peer, Runnable then) {
        this.worker = worker;
        this.peer = peer;
        this.then = then;
        this.since = worker.now();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        worker.opened(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        leave();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    private void leave() {
        over = true;
        worker.closed(this);
        if (unread != null) {
            unread.release();
            unread = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (over) {
            in.release();
            return;
        }
        unread = unread == null ? in : Unpooled.wrappedBuffer(unread, in);
        switch (header.read(unread)) {
            case INCOMPLETE -> { }
            case REFUSED -> refuse();
            case COMPLETE -> goOn(context);
        }
    }

    private void refuse() {
        worker.protection().stats().proxyHeaderRefused();
        cut();
    }

    private void goOn(ChannelHandlerContext context) {
        if (header.source() != null) {
            peer.address(header.source());
        }
        ByteBuf rest = unread;
        unread = null;
        over = true;
        worker.closed(this);
        then.run();
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
        }
        context.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            refuse();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a connection failed before its PROXY header was there", cause);
        cut();
    }

    @Override
    public void tick(long now, long nowMillis) {
        boolean late = now - since >= worker.config().headTimeout().toNanos();
        if (late || worker.closesIdle()) {
            refuse();
        }
    }

    @Override
    public void changed(Changed changed) {
        // nothing was permitted on it yet
    }

    @Override
    public void cut() {
        over = true;
        channel.close();
    }
}
