package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.outcome.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The connections to one application that belong to one event loop: those to each of its addresses,
 * and the choice among them. Not thread-safe: everything happens on that loop.
 */
public final class UpstreamPool {
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final Cluster cluster;
    private final Choice choice;
    private final Map<Address, AddressPool> pools = new IdentityHashMap<>();
    private Members members;
    private AddressPool[] known;
    private AddressPool[] usable;
    private long now;
    private boolean closed;

    UpstreamPool(
            EventLoop loop,
            Class<? extends Channel> channelType,
            Cluster cluster,
            RandomGenerator random) {
        this.loop = loop;
        this.channelType = channelType;
        this.cluster = cluster;
        this.choice = new Choice(random, cluster.config().slowStart().toNanos());
        follow(cluster.members());
    }

    /** The application the connections go to. */
    public Cluster cluster() {
        return cluster;
    }

    /**
     * Leases a connection at an address that is chosen now and told at once: an idle one
     * immediately, else a new one when it is open.
     */
    public void lease(UpstreamListener listener) {
        AddressPool pool = choose(null);
        listener.leasing(pool.address());
        if (pool.hasRoom()) {
            pool.lease(listener);
        } else {
            saturated(listener);
        }
    }

    /**
     * Leases a connection that nobody has used before, at an address where the request has not
     * failed, if there is one.
     */
    public void leaseNew(UpstreamListener listener, Retries retries) {
        AddressPool pool = choose(retries);
        listener.leasing(pool.address());
        if (pool.makeRoom()) {
            pool.leaseNew(listener);
        } else {
            saturated(listener);
        }
    }

    private void saturated(UpstreamListener listener) {
        cluster.stats().saturated.increment();
        listener.leaseFailed(Refusal.UPSTREAM_SATURATED);
    }

    private AddressPool choose(Retries retries) {
        Members current = cluster.members();
        if (current != members) {
            follow(current);
        }
        // one that gets no requests otherwise is better than none
        boolean lastResort = retries != null && retries.failedAtAll(current.usable());
        AddressPool[] among = lastResort ? known : usable;
        return among.length == 1 ? among[0] : choice.pick(among, retries);
    }

    /** Closes what has been idle for too long. Called about twice a second. */
    public void tick(long nowNanos) {
        now = nowNanos;
        cluster.review();
        if (cluster.members() != members) {
            follow(cluster.members());
        }
        pools.values().forEach(pool -> pool.tick(nowNanos));
    }

    /** What the names stand for has changed, or who is well. */
    private void follow(Members current) {
        members = current;
        pools.values().removeIf(pool -> {
            boolean gone = !current.all().contains(pool.address());
            if (gone) {
                pool.close();
            }
            return gone;
        });
        boolean shared = current.all().size() > 1;
        for (Address address : current.all()) {
            pools.computeIfAbsent(address, this::newPool).shared(shared);
        }
        known = poolsOf(current.known());
        usable = poolsOf(current.usable());
    }

    private AddressPool[] poolsOf(List<Address> addresses) {
        return addresses.stream().map(pools::get).toArray(AddressPool[]::new);
    }

    private AddressPool newPool(Address address) {
        AddressPool pool = AddressPool.ofRequests(loop, channelType, address);
        pool.tick(now);
        if (closed) {
            pool.close();
        }
        return pool;
    }

    /** Closes everything idle, and whatever comes back. */
    public void close() {
        assert loop.inEventLoop();
        closed = true;
        pools.values().forEach(AddressPool::close);
    }
}
