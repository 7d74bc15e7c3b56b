package dev.portcullis.cli.server;

import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The origin within the process: the same service that gateways elsewhere would call, over gRPC's
 * in-process transport. Its calls block on the database, and so run on threads of their own.
 */
final class OriginLink implements AutoCloseable {
    private static final int THREADS = 4;

    /** More than a gateway asks at once, so that nothing is ever turned away here. */
    private static final int WAITING_MAX = 4_096;

    private static final int STOP_SECONDS = 3;

    private final ThreadPoolExecutor executor;
    private final Server server;
    private final ManagedChannel channel;

    private OriginLink(ThreadPoolExecutor executor, Server server, ManagedChannel channel) {
        this.executor = executor;
        this.server = server;
        this.channel = channel;
    }

    static OriginLink start(BindableService origin) {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(THREADS, THREADS, 0, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX), task -> {
                    Thread thread = new Thread(task, "portcullis-origin");
                    thread.setDaemon(true);
                    return thread;
                });
        String name = UUID.randomUUID().toString();
        try {
            Server server = InProcessServerBuilder.forName(name)
                    .executor(executor)
                    .addService(origin)
                    .build()
                    .start();
            ManagedChannel channel =
                    InProcessChannelBuilder.forName(name).executor(executor).build();
            return new OriginLink(executor, server, channel);
        } catch (IOException e) {
            // only a name that is taken fails, and this one is random
            throw new UncheckedIOException(e);
        }
    }

    /** What the gateway asks. */
    Channel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
        try {
            server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
    }
}
