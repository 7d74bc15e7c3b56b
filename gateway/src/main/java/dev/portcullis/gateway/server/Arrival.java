package dev.portcullis.gateway.server;

import dev.portcullis.gateway.protect.Protection;
import io.netty.channel.Channel;
import java.net.InetAddress;

/**
 * What happens to a connection before anything is spoken on it: a trusted proxy says for whom it
 * connects, and an address that has as many connections as it may have gets no more.
 */
final class Arrival {
    private Arrival() {}

    /**
     * A connection was accepted.
     *
     * @param peer gets the address that a PROXY protocol header names
     * @param then goes on with it; never run when it is closed
     */
    static void of(Channel channel, Peer peer, Worker worker, Runnable then) {
        Runnable counted = () -> count(channel, peer.address(), worker.protection(), then);
        if (worker.protection().expectsProxyHeader(peer.address())) {
            channel.pipeline().addLast(new ProxyProtocolStep(worker, peer, counted));
        } else {
            counted.run();
        }
    }

    private static void count(
            Channel channel, InetAddress address, Protection protection, Runnable then) {
        if (!protection.connected(address)) {
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> protection.disconnected(address));
        then.run();
    }
}
