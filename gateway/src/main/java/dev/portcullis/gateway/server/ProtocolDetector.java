package dev.portcullis.gateway.server;

import dev.portcullis.gateway.watch.Changed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits in clear text for the octets that tell HTTP/2 with prior knowledge from HTTP/1.1 (RFC 9113,
 * section 3.3), and makes way for the one or the other. Almost always the first octet decides.
 *
 * <p>Not thread-safe: everything happens on its event loop.
 */
final class ProtocolDetector extends ChannelInboundHandlerAdapter implements ClientConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ProtocolDetector.class);
    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Worker worker;
    private final Peer peer;
    private Channel channel;
    private ChannelHandlerContext context;
    /** What came so far: a part of the preface; null for nothing. */
    private ByteBuf seen;
    private boolean done;
    private long since;

    ProtocolDetector(Worker worker, Peer peer) {
        this.worker = worker;
        this.peer = peer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        channel = added.channel();
        since = worker.now();
        worker.opened(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext read, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (seen == null) {
            since = worker.now();
            seen = in;
        } else {
            seen = Unpooled.wrappedBuffer(seen, in);
        }
        int same = samePrefix();
        if (same == PREFACE.length) {
            makeWay(true);
        } else if (same < seen.readableBytes()) {
            makeWay(false);
        }
    }

    private int samePrefix() {
        int most = Math.min(PREFACE.length, seen.readableBytes());
        int from = seen.readerIndex();
        int same = 0;
        while (same < most && seen.getByte(from + same) == PREFACE[same]) {
            same++;
        }
        return same;
    }

    /** Everything that came goes to whoever is to read it, as it came. */
    private void makeWay(boolean http2) {
        ByteBuf octets = seen;
        seen = null;
        leave();
        if (http2) {
            PipelineBuilder.speakHttp2(channel, peer, worker);
        } else {
            PipelineBuilder.speakHttp1(channel, peer, worker);
        }
        if (octets != null) {
            context.fireChannelRead(octets);
        }
        channel.pipeline().remove(this);
    }

    private void leave() {
        if (!done) {
            done = true;
            worker.closed(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !done) {
            makeWay(false);
        }
        told.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        leave();
        if (seen != null) {
            seen.release();
            seen = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("a client connection is closed: the gateway failed on it", cause);
        }
        cut();
    }

    @Override
    public void tick(long now, long nowMillis) {
        boolean idle = seen == null;
        long patience = (idle ? worker.config().idleTimeout() : worker.config().headTimeout())
                .toNanos();
        if (idle && worker.closesIdle() || now - since >= patience) {
            cut();
        }
    }

    @Override
    public void changed(Changed changed) {
        // nothing has been asked for yet
    }

    @Override
    public void cut() {
        channel.close();
    }
}
