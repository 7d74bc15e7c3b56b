package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.rewrite.HealthRequest;
import dev.portcullis.gateway.upstream.UpstreamConfig.Health;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The active checks of one cluster: each of its addresses at each interval, unless the check before
 * is still going on. An address is believed to be well until so many checks in a row have failed,
 * and then not to be until so many have not. Not thread-safe but for {@link #start} and {@link
 * #stop}: everything happens on one event loop.
 */
final class ClusterChecks {
    private final EventLoop loop;
    private final Class<? extends Channel> channelType;
    private final ScheduledExecutorService timer;
    private final Cluster cluster;
    private final Health config;
    private final Map<Address, Subject> subjects = new IdentityHashMap<>();
    private ScheduledFuture<?> rounds;
    private boolean stopped;

    ClusterChecks(
            EventLoop loop, Class<? extends Channel> channelType, ScheduledExecutorService timer,
            Cluster cluster) {
        this.loop = loop;
        this.channelType = channelType;
        this.timer = timer;
        this.cluster = cluster;
        this.config = cluster.config().health();
    }

    /** Begins, with a first round at once. */
    void start() {
        rounds = timer.scheduleWithFixedDelay(
                () -> loop.execute(this::round), 0, config.interval().toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Makes no more checks, and forgets those that are going on. */
    void stop() {
        rounds.cancel(false);
        loop.execute(() -> {
            stopped = true;
            subjects.values().forEach(Subject::forget);
            subjects.clear();
        });
    }

    private void round() {
        if (stopped) {
            return;
        }
        List<Address> all = cluster.members().all();
        subjects.entrySet().removeIf(entry -> {
            boolean gone = !all.contains(entry.getKey());
            if (gone) {
                entry.getValue().forget();
            }
            return gone;
        });
        all.forEach(address -> subjects.computeIfAbsent(address, Subject::new).check());
    }

    /** One address, and what checks have found of it. */
    private final class Subject {
        private final Address address;
        private final AddressPool pool;
        private final EndpointStats stats;
        private HealthCheck running;
        private boolean well = true;
        /** Checks in a row that say otherwise. */
        private int against;
        private boolean forgotten;

        Subject(Address address) {
            this.address = address;
            this.stats = cluster.stats().endpoint(address.endpoint());
            // its connections and their failures are not those of requests
            this.pool = AddressPool.ofChecks(loop, channelType, address);
            pool.close(); // nothing is kept for another check: opening it is part of each
        }

        void check() {
            pool.tick(cluster.nanoTime());
            if (running != null) {
                return;
            }
            HealthCheck check = new HealthCheck(
                    HealthRequest.of(address.endpoint().toString(), config.path()), this::ended);
            running = check;
            timer.schedule(
                    () -> loop.execute(check::late), config.timeout().toNanos(),
                    TimeUnit.NANOSECONDS);
            pool.leaseNew(check);
        }

        private void ended(String problem) {
            running = null;
            if (forgotten) {
                return;
            }
            stats.checks.increment();
            if (problem != null) {
                stats.checksFailed.increment();
            }
            against = problem == null == well ? 0 : against + 1;
            int enough = well ? config.unhealthyAfter() : config.healthyAfter();
            if (against >= enough) {
                against = 0;
                well = !well;
                cluster.checked(address, well, problem);
            }
        }

        void forget() {
            forgotten = true;
            if (running != null) {
                running.late();
            }
        }
    }
}
