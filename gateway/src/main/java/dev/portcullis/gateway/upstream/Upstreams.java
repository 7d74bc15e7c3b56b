package dev.portcullis.gateway.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The pools of one event loop: one for each application that is served now. Not thread-safe:
 * everything happens on that loop.
 */
public final class Upstreams {
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final RandomGenerator random;
    private final Map<Cluster, UpstreamPool> pools = new LinkedHashMap<>();
    private long now;

    /**
     * The pools of a loop.
     *
     * @param random draws addresses to choose from; this loop's alone
     */
    public Upstreams(
            EventLoop loop, Class<? extends Channel> channelType, RandomGenerator random) {
        this.loop = loop;
        this.channelType = channelType;
        this.random = random;
    }

    /**
     * The pools of these, in their order. One that was there before keeps its connections; those
     * of what is served no more are closed as soon as no exchange uses them.
     */
    public List<UpstreamPool> serve(List<Cluster> clusters) {
        List<UpstreamPool> serving = new ArrayList<>();
        for (Cluster cluster : clusters) {
            serving.add(pools.computeIfAbsent(cluster, this::newPool));
        }
        pools.values().removeIf(pool -> {
            boolean gone = !serving.contains(pool);
            if (gone) {
                pool.close();
            }
            return gone;
        });
        return serving;
    }

    private UpstreamPool newPool(Cluster cluster) {
        UpstreamPool pool = new UpstreamPool(loop, channelType, cluster, random);
        pool.tick(now);
        return pool;
    }

    /** Closes what has been idle for too long. Called about twice a second. */
    public void tick(long nowNanos) {
        now = nowNanos;
        pools.values().forEach(pool -> pool.tick(nowNanos));
    }

    /** Closes everything idle, and whatever comes back. */
    public void close() {
        pools.values().forEach(UpstreamPool::close);
    }
}
