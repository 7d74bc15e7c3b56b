package dev.portcullis.admin.change;

import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Which gateways may answer from their caches, until when, and what each has applied.
 *
 * <p>The rules, by which an answer of the {@link Barrier} stays true:
 *
 * <ol>
 *   <li>A gateway counts its lease from when it asked, the origin from when it heard that, and by a
 *       margin longer. So the gateway stops first.
 *   <li>A lease never reaches further than one lease length behind the commit of the first revision
 *       that its gateway has not applied. So a gateway that asks for leases but applies nothing is
 *       shut out within one lease, and every gateway that has not confirmed a revision has stopped
 *       when one lease and the margin have passed since its commit.
 *   <li>A gateway that holds nothing (a new one, or one whose lease has lapsed) is given a lease
 *       only when it has applied everything that was committed by the time it came; from that time
 *       on it is counted, as if it held one. So it cannot bring back what the others were asked
 *       about while it was not.
 *   <li>The same holds for one that comes back on a new stream while its lease still runs: the
 *       lease is not extended until it has caught up. So an instant that was named for it stays
 *       true.
 *   <li>Gateways of other processes may hold leases from before this process started, which nobody
 *       here knows: until those must have lapsed they count as one more gateway, {@link
 *       Propagation#UNKNOWN_GATEWAY}. See {@link LeaseMark} for when there can be none.
 *   <li>Where several processes share a database, no lease reaches beyond the {@link Ceiling}, and
 *       a commit counts, for rule 2, from before the last renewal that did not bring it: earlier
 *       than the truth, whichever process made it. {@link Replicas} has the rest.
 * </ol>
 *
 * <p>Any thread; no method blocks. Times are nanoseconds since the table was made.
 */
public final class LeaseTable implements Reach {
    /** The most gateways at once. */
    public static final int GATEWAYS_MAX = 1_000;
    private static final long NOTHING = -1;

    private final LongSupplier nanoTime;
    private final long epoch;
    private final long leaseNanos;
    private final long marginNanos;
    private final long unknownUntil;

    // guarded by this
    /** Null for a process that shares its database with nobody. */
    private final Ceiling ceiling;
    /** The newest revision that was not first heard of from who committed it here. */
    private long foreign;
    private final Map<WatchingGateway.Key, WatchingGateway> gateways = new HashMap<>();
    private final CommitTimes commits;
    /** Whether revisions mean something else than what gateways were told: {@link #distrust}. */
    private boolean distrusted;

    private volatile Runnable onProgress = () -> {};

    /**
     * A table without a gateway, of the only process that uses the database.
     *
     * @param nanoTime monotonic clock
     * @param latestRevision the latest revision when the table is made
     * @param outstandingMillis for how long from now gateways unknown here may hold leases; 0: none
     *     do
     */
    public LeaseTable(
            LeaseConfig config,
            LongSupplier nanoTime,
            long latestRevision,
            long outstandingMillis) {
        this(config, nanoTime, latestRevision, outstandingMillis, null);
    }

    private LeaseTable(
            LeaseConfig config,
            LongSupplier nanoTime,
            long latestRevision,
            long outstandingMillis,
            Ceiling ceiling) {
        this.nanoTime = nanoTime;
        this.epoch = nanoTime.getAsLong();
        this.leaseNanos = config.maxStaleness().toNanos();
        this.marginNanos = config.margin().toNanos();
        this.unknownUntil = outstandingMillis * 1_000_000;
        this.commits = new CommitTimes(latestRevision, leaseNanos + marginNanos);
        this.ceiling = ceiling;
    }

    /**
     * A table without a gateway, of one replica of several. It gives no lease before {@link
     * Replicas} has renewed the replica's row.
     *
     * @param clock wall clock, to notice that the machine was suspended
     * @param latestRevision a revision that was the latest when or before the table is made
     */
    public static LeaseTable ofReplica(
            LeaseConfig config, LongSupplier nanoTime, InstantSource clock, long latestRevision) {
        return new LeaseTable(config, nanoTime, latestRevision, 0, new Ceiling(config, clock));
    }

    /** One stream of a gateway. When the gateway opens another, this one has no say any more. */
    public final class Attachment {
        private final WatchingGateway gateway;
        private final Runnable onSuperseded;

        private Attachment(WatchingGateway gateway, Runnable onSuperseded) {
            this.gateway = gateway;
            this.onSuperseded = onSuperseded;
        }

        /**
         * The gateway asks for a lease.
         *
         * @return its length in milliseconds from when the gateway asked; 0 when none is given
         */
        public long request() {
            synchronized (LeaseTable.this) {
                return gateway.attachment == this ? grant(gateway) / 1_000_000 : 0;
            }
        }

        /**
         * The gateway has applied everything up to a revision, and asks for a lease.
         *
         * @return as {@link #request}
         */
        public long applied(long revision) {
            long millis;
            synchronized (LeaseTable.this) {
                if (gateway.attachment != this) {
                    return 0;
                }
                if (!distrusted) {
                    gateway.applied = Math.max(gateway.applied, revision);
                }
                millis = grant(gateway) / 1_000_000;
            }
            onProgress.run();
            return millis;
        }

        /** The stream has ended. What lease the gateway holds runs on. */
        public void detach() {
            leave(false);
        }

        /**
         * The stream has ended, and the gateway has said that it no longer answers from its caches:
         * what lease it held ends here.
         */
        public void release() {
            leave(true);
        }

        private void leave(boolean gaveUpItsLease) {
            synchronized (LeaseTable.this) {
                if (gateway.attachment != this) {
                    return;
                }
                if (gaveUpItsLease) {
                    gateway.leaseEnd = 0;
                }
                gateway.attachment = null;
                gateway.countedUntil = 0;
                forgetGone(now());
            }
            onProgress.run();
        }
    }

    @Override
    public void onProgress(Runnable listener) {
        onProgress = listener;
    }

    /** A revision was committed. Heard of before whoever committed it can ask how far it got. */
    public synchronized void committed(long revision) {
        note(revision);
    }

    /** A revision was found in the change log. Whoever committed it may be another process. */
    public void heardOf(long revision) {
        synchronized (this) {
            if (!note(revision)) {
                return;
            }
            foreign = revision;
        }
        onProgress.run();
    }

    private boolean note(long revision) {
        long now = now();
        return commits.add(revision, ceiling == null ? now : ceiling.lastSent(), now);
    }

    @Override
    public void awaited(long revision) {
        committed(revision);
    }

    /** The latest revision that was committed. */
    public synchronized long latestRevision() {
        return commits.latest();
    }

    /**
     * A gateway has opened a stream. Takes the place of an earlier one of the same process.
     *
     * @param onSuperseded called when a later stream takes the place of this one; must not block
     * @throws ServiceException {@code RESOURCE_EXHAUSTED} when there are too many gateways, {@code
     *     ALREADY_EXISTS} while a stream of another process with the same id is open, {@code
     *     UNAVAILABLE} when the database is {@link #distrust distrusted}
     */
    public Attachment attach(Arrival arrival, Runnable onSuperseded) {
        Attachment before;
        Attachment attachment;
        synchronized (this) {
            if (distrusted) {
                throw new ServiceException(Code.UNAVAILABLE, "this replica has to be restarted");
            }
            long now = now();
            forgetGone(now);
            WatchingGateway gateway = arrived(arrival);
            before = gateway.attachment;
            attachment = new Attachment(gateway, onSuperseded);
            gateway.attachment = attachment;
            gateway.arrival = arrival;
            gateway.attachedAt = now;
            gateway.remote |= arrival.remote();
            gateway.applied = arrival.lastRevision();
            beginCounting(gateway, now);
        }
        if (before != null) {
            before.onSuperseded.run();
        }
        onProgress.run();
        return attachment;
    }

    private WatchingGateway arrived(Arrival arrival) {
        String id = arrival.gatewayId();
        for (WatchingGateway gateway : gateways.values()) {
            boolean another = gateway.key.id().equals(id)
                    && !gateway.key.instance().equals(arrival.instance());
            if (another && gateway.attachment != null) {
                throw new ServiceException(
                        Code.ALREADY_EXISTS, "another process watches as gateway " + id);
            }
        }
        WatchingGateway.Key key = new WatchingGateway.Key(id, arrival.instance());
        WatchingGateway known = gateways.get(key);
        if (known != null) {
            return known;
        }
        if (gateways.size() >= GATEWAYS_MAX) {
            throw new ServiceException(
                    Code.RESOURCE_EXHAUSTED, "at most " + GATEWAYS_MAX + " gateways can watch");
        }
        WatchingGateway gateway = new WatchingGateway(key);
        gateways.put(key, gateway);
        return gateway;
    }

    /**
     * Rules 3 and 4: from now on it counts, and has to catch up with now before it is given more.
     */
    private void beginCounting(WatchingGateway gateway, long now) {
        gateway.required = commits.latest();
        gateway.countedUntil = now + leaseNanos + marginNanos;
    }

    private long grant(WatchingGateway gateway) {
        if (distrusted) {
            return 0;
        }
        long now = now();
        if (gateway.leaseEnd <= now && gateway.countedUntil <= now) {
            beginCounting(gateway, now);
        }
        if (gateway.applied < gateway.required) {
            return 0;
        }
        long from = now;
        if (gateway.applied < commits.latest()) {
            // rule 2
            from = commits.firstAfter(gateway.applied);
            if (from == CommitTimes.UNKNOWN) {
                return 0;
            }
        }
        long end = from + leaseNanos;
        if (ceiling != null) {
            end = Math.min(end, ceiling.at(now));
        }
        if (end <= now) {
            return 0;
        }
        gateway.leaseEnd = Math.max(gateway.leaseEnd, end + marginNanos);
        return end - now;
    }

    /**
     * The database is no longer the one that gateways were told of: it was put back, or has lost
     * changes, and gives revisions a second time. So nothing that a gateway has applied says
     * anything of what is committed now. From here on no lease is given, and whoever holds one
     * counts as unconfirmed until it lapses; until the process is started anew.
     */
    public void distrust() {
        synchronized (this) {
            distrusted = true;
            for (WatchingGateway gateway : gateways.values()) {
                gateway.applied = NOTHING;
                gateway.required = NOTHING;
            }
        }
        onProgress.run();
    }

    /** Whether the database was {@link #distrust distrusted}. */
    synchronized boolean isDistrusted() {
        return distrusted;
    }

    // ------------------------------------------------------------------------ for the barrier

    @Override
    public synchronized long confirmedRevision() {
        long now = now();
        long confirmed = now < unknownUntil ? -1 : Long.MAX_VALUE;
        for (WatchingGateway gateway : gateways.values()) {
            confirmed = Math.min(confirmed, gateway.confirmed(now));
        }
        return confirmed;
    }

    @Override
    public synchronized Unconfirmed unconfirmed(long revision) {
        long now = now();
        Set<String> ids = new TreeSet<>();
        long end = now;
        for (WatchingGateway gateway : gateways.values()) {
            if (gateway.confirmed(now) < revision) {
                ids.add(gateway.key.id());
                end = Math.max(end, latestEnd(gateway, revision));
            }
        }
        if (now < unknownUntil) {
            ids.add(Propagation.UNKNOWN_GATEWAY);
            end = Math.max(end, unknownUntil);
        }
        return new Unconfirmed(List.copyOf(ids), end - now);
    }

    /** The furthest that the lease of a gateway which has not applied a revision can reach. */
    private long latestEnd(WatchingGateway gateway, long revision) {
        long end = gateway.leaseEnd;
        if (gateway.attachment == null) {
            return end;
        }
        long committedBy = commits.known(revision);
        return committedBy == CommitTimes.UNKNOWN
                ? Math.max(end, gateway.countedUntil)
                : Math.max(end, committedBy + leaseNanos + marginNanos);
    }

    /** When the first lease that is counted now lapses; {@link Long#MAX_VALUE}: none is. */
    @Override
    public synchronized long nextLapse() {
        long now = now();
        long next = now < unknownUntil ? unknownUntil : Long.MAX_VALUE;
        for (WatchingGateway gateway : gateways.values()) {
            long end = gateway.leaseEnd > now ? gateway.leaseEnd : gateway.countedUntil;
            if (end > now) {
                next = Math.min(next, end);
            }
        }
        return next;
    }

    /** The time on the table's clock. */
    @Override
    public long now() {
        return nanoTime.getAsLong() - epoch;
    }

    // ------------------------------------------------------------------- for one of replicas

    /**
     * A renewal that is about to be sent.
     *
     * @param at a time before it is sent
     * @param wallAt the same by the wall clock
     * @param known a revision that it must find, at least
     */
    record Asked(long at, Instant wallAt, long known) {}

    /** The replica's row is about to be renewed. */
    synchronized Asked ask() {
        // the monotonic clock first: should the machine be suspended between the two, it was early
        long at = now();
        return new Asked(at, ceiling.wallNow(), commits.latest());
    }

    /**
     * The replica's row was renewed.
     *
     * @param revision the latest one, read in the renewal
     * @param anew whether the row is a new one: whatever was confirmed before it was there was
     *     confirmed without this table's gateways, so each has to catch up with it
     */
    void renewed(Asked asked, long revision, boolean anew) {
        synchronized (this) {
            if (note(revision)) {
                foreign = revision;
            }
            ceiling.renewed(asked.at, asked.wallAt);
            if (anew && !distrusted) {
                long now = now();
                gateways.values().forEach(gateway -> beginCounting(gateway, now));
            }
        }
        onProgress.run();
    }

    /** The replica's row is gone, or is about to be: no lease is given until it is renewed. */
    synchronized void endCeiling() {
        ceiling.end();
    }

    /** For how long from now leases may reach, in nanoseconds; 0: none may be given. */
    synchronized long ceilingNanos() {
        long now = now();
        long end = ceiling.at(now);
        return end <= now ? 0 : end - now;
    }

    /**
     * What the replica's row may say: everything up to this revision is effective on every gateway
     * that there is and will be here, since whoever comes is required to have applied it.
     */
    synchronized long ackedRevision() {
        return Math.min(confirmedRevision(), commits.latest());
    }

    /** The gateways, for the replica's row. */
    synchronized List<ListedGateway> listed(Instant wallNow) {
        long now = now();
        forgetGone(now);
        return gateways.values().stream()
                .map(gateway -> new ListedGateway(
                        gateway.standing(now, marginNanos, wallNow), gateway.key.instance()))
                .toList();
    }

    /**
     * A gateway has gone over to another replica, where it has told how far it is. The lease that
     * it has from here still counts, but not against what it has applied: which stream told of that
     * makes no difference to the process.
     */
    void appliedElsewhere(List<ListedGateway> elsewhere) {
        boolean progress = false;
        synchronized (this) {
            for (ListedGateway each : elsewhere) {
                WatchingGateway gateway = gateways.get(new WatchingGateway.Key(
                        each.standing().id(), each.instance()));
                boolean news = gateway != null && gateway.attachment == null
                        && !each.instance().isEmpty() && !distrusted
                        && each.standing().applied() > gateway.applied;
                if (news) {
                    gateway.applied = each.standing().applied();
                    progress = true;
                }
            }
        }
        if (progress) {
            onProgress.run();
        }
    }

    /** The processes that watch here and have applied a revision. */
    synchronized Set<WatchingGateway.Key> reached(long revision) {
        Set<WatchingGateway.Key> reached = new HashSet<>();
        for (WatchingGateway gateway : gateways.values()) {
            if (gateway.attachment != null && gateway.applied >= revision) {
                reached.add(gateway.key);
            }
        }
        return reached;
    }

    /** The newest revision that another replica may be waiting to hear confirmed. */
    synchronized long foreignRevision() {
        return foreign;
    }

    /** By when a revision was committed, at the latest. */
    synchronized long committedBy(long revision) {
        long by = commits.known(revision);
        return by == CommitTimes.UNKNOWN ? now() : by;
    }

    /** How many gateways are attached or hold a lease. */
    synchronized int size() {
        forgetGone(now());
        return gateways.size();
    }

    // -------------------------------------------------------------------------- for operators

    /**
     * How each gateway stands that watches here or may still hold a lease from here, by id.
     *
     * @param wallNow the instant by the clock of whoever reads it
     */
    public synchronized List<GatewayStanding> standings(Instant wallNow) {
        long now = now();
        forgetGone(now);
        return gateways.values().stream()
                .map(gateway -> gateway.standing(now, marginNanos, wallNow))
                .sorted(Comparator.comparing(GatewayStanding::id)
                        .thenComparing(GatewayStanding::attachedAt))
                .toList();
    }

    // --------------------------------------------------------------------- for the lease mark

    /** Whether gateways may hold leases that this table does not know. */
    boolean mayHaveUnknown() {
        return now() < unknownUntil;
    }

    /** Whether a gateway of another process holds a lease or may be given one. */
    synchronized boolean hasRemote() {
        forgetGone(now());
        for (WatchingGateway gateway : gateways.values()) {
            if (gateway.remote) {
                return true;
            }
        }
        return false;
    }

    private void forgetGone(long now) {
        gateways.values().removeIf(
                gateway -> gateway.attachment == null && gateway.leaseEnd <= now);
    }
}
