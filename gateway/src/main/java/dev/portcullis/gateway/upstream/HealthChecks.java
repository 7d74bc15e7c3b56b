package dev.portcullis.gateway.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The active checks of all clusters that are served and ask for them. Any thread; the checks are
 * made on one event loop.
 */
public final class HealthChecks implements AutoCloseable {
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final ScheduledExecutorService timer;
    private final Map<Cluster, ClusterChecks> checks = new LinkedHashMap<>();

    /**
     * No checks so far.
     *
     * @param timer says when checks are made and when they are late; its owner ends it afterwards
     */
    public HealthChecks(
            EventLoop loop, Class<? extends Channel> channelType, ScheduledExecutorService timer) {
        this.loop = loop;
        this.channelType = channelType;
        this.timer = timer;
    }

    /** Checks these from now on, and no others. */
    public synchronized void serve(List<Cluster> clusters) {
        checks.entrySet().removeIf(entry -> {
            boolean gone = !clusters.contains(entry.getKey());
            if (gone) {
                entry.getValue().stop();
            }
            return gone;
        });
        for (Cluster cluster : clusters) {
            if (cluster.config().health().path() != null && !checks.containsKey(cluster)) {
                ClusterChecks made = new ClusterChecks(loop, channelType, timer, cluster);
                checks.put(cluster, made);
                made.start();
            }
        }
    }

    /** Makes no more checks. To be called before the loop ends. */
    @Override
    public void close() {
        serve(List.of());
    }
}
