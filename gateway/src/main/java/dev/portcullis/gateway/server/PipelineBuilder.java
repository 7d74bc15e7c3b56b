package dev.portcullis.gateway.server;

import io.netty.channel.Channel;
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
        Arrival.of(channel, peer, worker, () -> arrived(channel, peer, worker));
    }

    /** It is known who connects, and they may. */
    private static void arrived(Channel channel, Peer peer, Worker worker) {
        speakHttp1(channel, peer, worker);
    }

    private static void speakHttp1(Channel channel, Peer peer, Worker worker) {
        channel.pipeline().addLast(new DownstreamConnection(worker, peer));
    }
}
