package dev.portcullis.gateway.tls;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;

/**
 * Behind the handler of TLS: what the peer did wrong comes from it wrapped, as if it were a fault
 * of ours, and goes on as the fault of the connection that it is.
 */
@Sharable
final class TlsFaults extends ChannelInboundHandlerAdapter {
    static final TlsFaults INSTANCE = new TlsFaults();

    private TlsFaults() {}

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean wrapped = cause instanceof DecoderException
                && cause.getCause() instanceof IOException;
        context.fireExceptionCaught(wrapped ? cause.getCause() : cause);
    }
}
