package dev.portcullis.gateway.l2;

import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.ThreadFactoryProvider;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The client's own threads: one event loop, one for what is late or due, one that keeps time. None
 * of them carries traffic, and whatever goes wrong on them costs questions to Redis alone.
 */
final class RedisThreads implements AutoCloseable {
    private static final Duration RECONNECT_FIRST = Duration.ofMillis(100);
    private static final Duration RECONNECT_LONGEST = Duration.ofSeconds(5);
    private static final long CLOSE_MILLIS = 500;
    private static final long TICK_MILLIS_MAX = 10;

    private final DefaultEventLoopGroupProvider loop;
    private final DefaultEventExecutorGroup executor;
    private final HashedWheelTimer timer;
    private final DefaultClientResources resources;

    /**
     * Starts them as they are needed.
     *
     * @param timeout of a question; time is kept four times as finely
     */
    RedisThreads(Duration timeout) {
        loop = new DefaultEventLoopGroupProvider(
                1, (ThreadFactoryProvider)
                        pool -> new DefaultThreadFactory("redis-loop", true));
        executor = new DefaultEventExecutorGroup(1, new DefaultThreadFactory("redis-due", true));
        long tick = Math.max(1, Math.min(timeout.toMillis() / 4, TICK_MILLIS_MAX));
        timer = new HashedWheelTimer(
                new DefaultThreadFactory("redis-timer", true), tick, TimeUnit.MILLISECONDS);
        resources = DefaultClientResources.builder()
                .eventLoopGroupProvider(loop)
                .eventExecutorGroup(executor)
                .timer(timer)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .nettyCustomizer(new ReplyBounds())
                .reconnectDelay(Delay.decorrelatedJitter(
                        RECONNECT_FIRST, RECONNECT_LONGEST, 3, TimeUnit.MILLISECONDS))
                .build();
    }

    ClientResources resources() {
        return resources;
    }

    /** Runs something in a while, on the thread for what is due; not at all once it is closed. */
    void later(Runnable task, Duration delay) {
        if (!executor.isShuttingDown()) {
            executor.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        resources.shutdown(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        loop.shutdown(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        executor.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        timer.stop();
    }
}
