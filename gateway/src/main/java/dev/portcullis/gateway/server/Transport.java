package dev.portcullis.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * How bytes are moved: epoll where the kernel and the native library are there, else NIO.
 *
 * @param name for the log
 */
public record Transport(
        String name,
        IoHandlerFactory handlers,
        Class<? extends ServerChannel> serverType,
        Class<? extends Channel> clientType) {

    /** The best transport of this machine. */
    public static Transport best() {
        return Epoll.isAvailable()
                ? new Transport("epoll", EpollRegistrations.newFactory(),
                        EpollServerSocketChannel.class, EpollSocketChannel.class)
                : new Transport("nio", NioIoHandler.newFactory(),
                        NioServerSocketChannel.class, NioSocketChannel.class);
    }
}
