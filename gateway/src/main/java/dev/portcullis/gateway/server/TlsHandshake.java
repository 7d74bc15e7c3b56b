package dev.portcullis.gateway.server;

import dev.portcullis.gateway.tls.ServerTls;
import dev.portcullis.gateway.watch.Changed;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.CertificateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client connection until its TLS handshake is done: then it makes room for the protocol agreed
 * on, or the connection is closed. Not thread-safe: everything happens on its event loop.
 */
final class TlsHandshake extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(TlsHandshake.class);

    private final Worker worker;
    private final Peer peer;
    private final long since;
    private Channel channel;
    private boolean completed;

    TlsHandshake(Worker worker, Peer peer) {
        this.worker = worker;
        this.peer = peer;
        since = worker.now();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        worker.opened(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        worker.closed(this);
        worker.tls().count(completed);
    }

    @Override
    public void tick(long now, long nowMillis) {
        if (worker.closesIdle() || now - since >= ServerTls.HANDSHAKE_TIMEOUT.toNanos()) {
            cut();
        }
    }

    @Override
    public void changed(Changed changed) {
        // nothing is asked for yet, and so nothing rests on any record
    }

    @Override
    public void cut() {
        PipelineBuilder.cutShort(channel);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                completed(context);
            } else {
                failed(handshake.cause());
            }
        } else if (event instanceof ChannelInputShutdownEvent) {
            cut();
        }
    }

    private void completed(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        try {
            peer.secured(worker.tls().completed(tls.engine()),
                    tls.engine().getSession().getProtocol());
        } catch (CertificateException e) {
            failed(e);
            cut();
            return;
        }
        completed = true;
        context.pipeline().remove(this);
        PipelineBuilder.secured(channel, tls.applicationProtocol(), peer, worker);
    }

    /** Nothing passes before the handshake is done, whatever it may be. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        cut();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause);
        cut();
    }

    /** Anybody can cause this as often as they like: it is counted, and no line of the log. */
    private void failed(Throwable cause) {
        LOG.debug("a TLS handshake failed: {}", cause.getMessage());
    }
}
