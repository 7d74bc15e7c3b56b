package dev.portcullis.gateway.server;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Epoll with registrations that survive an interest in nothing. Netty 4.2.18 takes a file
 * descriptor out of the epoll set when nothing is wanted of it, but does not remember that: the
 * next wish fails and closes the channel. That happens when a client ends its side while reading is
 * off, as it is when pipelined requests wait: they were never answered.
 *
 * <p>Instead of nothing, errors are asked for, which the kernel reports in any case.
 */
final class EpollRegistrations implements IoHandler {
    private final IoHandler epoll;

    private EpollRegistrations(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> new EpollRegistrations(factory.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** Used by the event loop alone. */
    private static final class Registration implements IoRegistration {
        private final IoRegistration netty;
        private boolean added;

        Registration(IoRegistration netty) {
            this.netty = netty;
        }

        @Override
        public long submit(IoOps ops) {
            boolean nothing = ((EpollIoOps) ops).value() == 0;
            if (nothing && added) {
                return netty.submit(EpollIoOps.EPOLLERR);
            }
            // before the first wish the file descriptor is not in the set, and need not be
            added |= !nothing;
            return netty.submit(ops);
        }

        @Override
        public <T> T attachment() {
            return netty.attachment();
        }

        @Override
        public boolean isValid() {
            return netty.isValid();
        }

        @Override
        public boolean cancel() {
            return netty.cancel();
        }
    }
}
