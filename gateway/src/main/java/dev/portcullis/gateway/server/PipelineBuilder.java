package dev.portcullis.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;

/**
 * The one place where the pipeline of a client connection is built, step by step as the connection
 * shows what it is: PROXY protocol, TLS, and at last the protocol that carries the exchanges.
 */
final class PipelineBuilder {
    private PipelineBuilder() {}

    /** A connection was accepted. */
    static void accepted(Channel channel, ListenerConfig listener, Worker worker) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        if (remote == null) {
            // it has hung up already
            channel.close();
            return;
        }
        Peer peer = new Peer(remote.getAddress());
        Arrival.of(channel, peer, worker, () -> arrived(channel, listener, peer, worker));
    }

    /** It is known who connects, and they may. */
    private static void arrived(
            Channel channel, ListenerConfig listener, Peer peer, Worker worker) {
        if (listener.tls()) {
            speakTls(channel, peer, worker);
        } else {
            channel.pipeline().addLast(new ProtocolDetector(worker, peer));
        }
    }

    private static void speakTls(Channel channel, Peer peer, Worker worker) {
        worker.tls().addTo(channel.pipeline());
        channel.pipeline().addLast(new TlsHandshake(worker, peer));
    }

    /**
     * The TLS handshake is done.
     *
     * @param protocol what ALPN agreed on; null when the client did not ask
     */
    static void secured(Channel channel, String protocol, Peer peer, Worker worker) {
        if (ApplicationProtocolNames.HTTP_2.equals(protocol)) {
            speakHttp2(channel, peer, worker);
        } else {
            speakHttp1(channel, peer, worker);
        }
    }

    static void speakHttp1(Channel channel, Peer peer, Worker worker) {
        ServerStats.count(channel, worker.stats().openHttp1);
        channel.pipeline().addLast(new DownstreamConnection(worker, peer));
    }

    static void speakHttp2(Channel channel, Peer peer, Worker worker) {
        ServerStats.count(channel, worker.stats().openHttp2);
        channel.pipeline().addLast(Http2DownstreamConnection.create(worker, peer));
    }

    /** Says that nothing more will be sent: over TLS by its alert first (RFC 8446, section 6.1). */
    static void endOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            ((DuplexChannel) channel).shutdownOutput();
        } else {
            tls.closeOutbound().addListener(said -> ((DuplexChannel) channel).shutdownOutput());
        }
    }

    /** Closes without a word of TLS: an orderly end would say that all was sent. */
    static void cutShort(Channel channel) {
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls == null) {
            channel.close();
        } else {
            tls.close();
        }
    }
}
