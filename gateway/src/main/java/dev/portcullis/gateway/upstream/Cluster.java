package dev.portcullis.gateway.upstream;

import dev.portcullis.gateway.tls.UpstreamTls;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application's endpoints, and how they are. Shared by all loops; any thread. Who gets requests
 * is decided here, when something changes, and published for the loops to read.
 */
public final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    private final String name;
    private final UpstreamConfig config;
    private final ClusterStats stats;
    private final LongSupplier nanoTime;
    private final NameLookup names;
    private final UpstreamTls.Client tls;
    private final List<Endpoint> endpoints;
    private final RetryBudget retryBudget;
    private volatile Members members;
    /** Whether anything will be over by time alone. */
    private volatile boolean passing;

    /** How endpoints are found and spoken with. */
    private record Ways(NameLookup names, UpstreamTls.Client tls) {}

    /**
     * The endpoints of an application, none of them looked up yet.
     *
     * @param nanoTime a monotonic clock, by which ejections end
     */
    public Cluster(
            String name, UpstreamConfig config, ClusterStats stats, LongSupplier nanoTime) {
        this(name, config, stats, nanoTime, new Ways(InetAddress::getAllByName, null));
    }

    /**
     * The same over TLS.
     *
     * @param tls for {@code https} endpoints, which are unreachable without; null for others
     */
    public Cluster(
            String name, UpstreamConfig config, ClusterStats stats, LongSupplier nanoTime,
            UpstreamTls.Client tls) {
        this(name, config, stats, nanoTime, new Ways(InetAddress::getAllByName, tls));
    }

    Cluster(
            String name, UpstreamConfig config, ClusterStats stats, LongSupplier nanoTime,
            NameLookup names) {
        this(name, config, stats, nanoTime, new Ways(names, null));
    }

    private Cluster(
            String name, UpstreamConfig config, ClusterStats stats, LongSupplier nanoTime,
            Ways ways) {
        this.name = name;
        this.tls = ways.tls();
        this.config = config;
        this.stats = stats;
        this.nanoTime = nanoTime;
        this.names = ways.names();
        this.endpoints = config.endpoints().stream()
                .map(uri -> new Endpoint(this, uri))
                .toList();
        this.retryBudget = new RetryBudget(config.retry(), stats);
        publish();
    }

    /** The application's name. */
    public String name() {
        return name;
    }

    public UpstreamConfig config() {
        return config;
    }

    /** How TLS is spoken with its endpoints; null where it is not. */
    public UpstreamTls.Client tls() {
        return tls;
    }

    /** What is counted of it. */
    public ClusterStats stats() {
        return stats;
    }

    /** At least one. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Looks the names up, which may take seconds. Never on an event loop, nor by two threads. */
    public void refresh() {
        boolean changed = false;
        for (Endpoint endpoint : endpoints) {
            changed |= endpoint.refresh(names);
        }
        if (changed) {
            publish();
        }
    }

    /** It is the one of its name that is served from now on. */
    public void served() {
        stats.serves(this);
    }

    /** It is not served any more. */
    public void retired() {
        stats.servesNoMore(this);
    }

    /** Monotonic, in nanoseconds. */
    long nanoTime() {
        return nanoTime.getAsLong();
    }

    RetryBudget retryBudget() {
        return retryBudget;
    }

    /** Who gets requests now. */
    Members members() {
        return members;
    }

    private synchronized void publish() {
        List<Address> all = new ArrayList<>();
        endpoints.forEach(endpoint -> all.addAll(endpoint.addresses()));
        List<Address> resolved =
                all.stream().filter(address -> address.socket() != null).toList();
        List<Address> known = resolved.isEmpty() ? all : resolved;
        List<Address> usable =
                resolved.stream().filter(address -> address.standing().isUsable()).toList();
        // one of those that are not well may answer all the same; nobody else will
        members = new Members(all, known, usable.isEmpty() ? known : usable);
    }

    // ------------------------------------------------------------------ how addresses fare

    /** No connection was to be had at an address: the others are tried first for a moment. */
    synchronized void suspect(Address address) {
        if (members.all().size() > 1) {
            address.standing().suspected(nanoTime.getAsLong());
            passing = true;
        }
    }

    /** An address has failed that many times in a row. */
    void failed(Address address, int failures) {
        int limit = config.outliers().consecutiveFailures();
        // not each time: one that cannot be ejected would cost a lock for each of its failures
        if (limit > 0 && failures % limit == 0 && members.all().size() > 1) {
            eject(address, failures);
        }
    }

    private synchronized void eject(Address address, int failures) {
        List<Address> known = members.all();
        long ejected = known.stream().filter(other -> other.standing().isEjected()).count() + 1;
        boolean tooMany = ejected >= known.size()
                || ejected * 100 > (long) known.size() * config.outliers().ejectedPercentMax();
        if (tooMany || address.standing().isEjected() || !known.contains(address)) {
            return;
        }
        long nanos = address.standing().eject(nanoTime.getAsLong(), config.outliers());
        passing = true;
        stats.endpoint(address.endpoint()).ejections.increment();
        LOG.warn("{} of application {} has failed {} times in a row: it gets no requests for {} ms",
                address, name, failures, TimeUnit.NANOSECONDS.toMillis(nanos));
        publish();
    }

    /** What checks have found of an address. */
    synchronized void checked(Address address, boolean well, String why) {
        boolean news = address.standing()
                .checked(well, nanoTime.getAsLong(), !config.slowStart().isZero());
        if (!news) {
            return;
        }
        passing = true;
        if (well) {
            LOG.info("{} of application {} is well again", address, name);
        } else {
            LOG.warn("{} of application {} is not well: {}", address, name, why);
        }
        publish();
    }

    /** Ends what time has ended. Called about twice a second by each loop. */
    void review() {
        if (passing) {
            reviewAll();
        }
    }

    private synchronized void reviewAll() {
        long now = nanoTime.getAsLong();
        boolean back = false;
        boolean more = false;
        for (Address address : members.all()) {
            if (address.standing().review(now, config.slowStart().toNanos())) {
                LOG.info("{} of application {} gets requests again", address, name);
                back = true;
            }
            more |= address.standing().isPassing();
        }
        passing = more;
        if (back) {
            publish();
        }
    }
}
