package dev.portcullis.admin.change;

import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.ReplicaRow;
import dev.portcullis.admin.store.ReplicaRows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the replicas of the admin-service that share a database tell one another, each by a row of
 * its own, and how far changes have reached over all of them.
 *
 * <p>The rules, by which the lease table's hold one level up:
 *
 * <ol>
 *   <li>A replica renews its row every second. The leases that it gives reach no further than one
 *       lease length behind the moment before it asked for the last renewal that succeeded. So one
 *       that cannot write to the database shuts its gateways out.
 *   <li>A row says up to which revision everything is effective on all gateways of its replica.
 *       Once that is true it stays true: whoever comes later is required to have applied it.
 *   <li>A row is there before its replica reads the revision that it requires of its gateways. So
 *       whoever commits and then reads the rows finds the row, or the commit is required there.
 *   <li>A revision is effective everywhere when it is so here, and every other row of a read that
 *       began after the commit says so.
 *   <li>A row that is found unchanged for as long as the leases of its replica may reach, by the
 *       clock of who reads and from when it first saw this version, is deleted; the deletion names
 *       the version, so that it and a renewal cannot both succeed. Only then it no longer counts.
 *   <li>A replica that finds its row gone makes a new one and begins anew: each of its gateways has
 *       to catch up with what was confirmed without them.
 * </ol>
 *
 * <p>No two clocks are compared, and the database's is not asked.
 *
 * <p>Whatever touches the database runs on a thread of its own, but for {@link #start} and {@link
 * #close}. Everything else: any thread, and does not block.
 */
public final class Replicas implements Reach, AutoCloseable {
    static final long RENEW_MILLIS = 1_000;
    /** With so many renewals the list of gateways is written even if nothing calls for it. */
    private static final int LIST_EVERY = 5;
    private static final int INCARNATION_OCTETS = 8;
    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

    /**
     * Who a replica is.
     *
     * @param replicaId 1 to 64 of [A-Za-z0-9._-]
     * @param software version of the program
     * @param random for incarnations
     */
    public record Self(String replicaId, String software, RandomGenerator random) {}

    /**
     * The rows of the others, as one read found them.
     *
     * @param covers every revision up to this one was committed before the read began
     * @param confirmed every revision up to this one is effective on all their gateways
     * @param others by the ids of their rows
     */
    private record View(long covers, long confirmed, Map<String, OtherReplica> others) {
        static View of(long covers, Map<String, OtherReplica> others) {
            long confirmed = covers;
            for (OtherReplica other : others.values()) {
                confirmed = Math.min(confirmed, other.row().ackedRevision());
            }
            return new View(covers, confirmed, others);
        }
    }

    private final ReplicaRows rows;
    private final LeaseTable leases;
    private final Self self;
    private final long leaseMillis;
    private final ScheduledExecutorService thread;

    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean acknowledging = new AtomicBoolean();
    private final AtomicLong awaited = new AtomicLong(-1);
    private final AtomicLong renewals = new AtomicLong();
    private final AtomicLong renewalsFailed = new AtomicLong();
    private final AtomicLong expulsions = new AtomicLong();
    private final AtomicLong rowsDeleted = new AtomicLong();
    private volatile Runnable onProgress = () -> {};
    private volatile View view = new View(-1, -1, Map.of());
    /** What the own row says is effective; written by the thread. */
    private volatile long acknowledged;
    private volatile int idsUsedTwice;
    private volatile boolean closed;

    // guarded by this, as is whatever touches the database
    /** As it was last written; null: there is none yet. */
    private ReplicaRow own;
    /** Whether the own row has not been renewed since it was made. */
    private boolean anew;
    /** Whether the database was found to have lost changes. */
    private boolean lost;
    private final UsedTwice usedTwice = new UsedTwice();
    /** Since the last renewal that succeeded. */
    private long failures;
    private int renewalsSinceList = LIST_EVERY;
    private Set<String> listed = Set.of();

    /**
     * One replica; it does nothing yet.
     *
     * @param leases of this replica: {@link LeaseTable#ofReplica}
     * @param thread runs one task at a time; may block on the database
     */
    public Replicas(
            ReplicaRows rows,
            LeaseTable leases,
            LeaseConfig config,
            Self self,
            ScheduledExecutorService thread) {
        this.rows = rows;
        this.leases = leases;
        this.self = self;
        this.leaseMillis = config.maxStaleness().plus(config.margin()).toMillis();
        this.thread = thread;
        leases.onProgress(this::progressed);
    }

    /**
     * Makes the row, reads those of the others, and goes on doing so. Blocks on the database.
     *
     * @throws ServiceException when the database cannot be used; then nothing was started
     */
    public synchronized void start() {
        renew();
        look(true);
        again();
    }

    private void again() {
        later(this::turn, RENEW_MILLIS);
    }

    private void later(Runnable task, long millis) {
        try {
            thread.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the process is ending: leases that are not renewed see to the rest
            LOG.debug("the replica's thread has ended", e);
        }
    }

    // ------------------------------------------------------------- on the replica's thread

    private synchronized void turn() {
        if (closed) {
            return;
        }
        try {
            renew();
            look(true);
        } catch (RuntimeException e) {
            failed(e);
        }
        again();
    }

    private void failed(RuntimeException e) {
        // the first, and one a minute: the operator is told, and the log is not flooded
        if (failures++ % 60 == 0) {
            LOG.warn("replica {} cannot renew its row; its gateways get no leases beyond {} ms",
                    self.replicaId, leases.ceilingNanos() / 1_000_000, e);
        }
        renewalsFailed.incrementAndGet();
    }

    private void renew() {
        if (!lost && own != null && leases.isDistrusted()) {
            // the feed has found it out
            lost();
        }
        if (own == null || !renewOwn()) {
            begin();
            if (!renewOwn()) {
                throw new ServiceException(
                        Code.UNAVAILABLE, "this replica's row is gone as soon as it is made");
            }
        }
        renewals.incrementAndGet();
        if (failures > 0) {
            LOG.info("replica {} renews its row again", self.replicaId);
            failures = 0;
        }
    }

    /** Makes a new row. What it requires of gateways is read only when it is there (rule 3). */
    private void begin() {
        leases.endCeiling();
        byte[] octets = new byte[INCARNATION_OCTETS];
        self.random.nextBytes(octets);
        String incarnation = HexFormat.of().formatHex(octets);
        anew = true;
        acknowledged = 0;
        listed = Set.of();
        // should the insertion fail and yet happen, the next renewal finds it
        own = new ReplicaRow(
                self.replicaId + "/" + incarnation, incarnation, 0, leaseMillis, 0, "[]",
                self.software);
        rows.insert(own);
    }

    /** Answers whether the own row is there. */
    private boolean renewOwn() {
        LeaseTable.Asked asked = leases.ask();
        ReplicaRow next = saying(leases.ackedRevision(), list(asked.wallAt()));
        long revision = rows.renew(next);
        if (revision < 0) {
            leases.endCeiling();
            own = null;
            if (!anew) {
                expulsions.incrementAndGet();
                LOG.warn("replica {} was taken for gone; its gateways have to catch up before"
                        + " they are given leases", self.replicaId);
            }
            return false;
        }
        if (revision < asked.known()) {
            lost();
            throw new ServiceException(
                    Code.UNAVAILABLE,
                    "the database has lost changes: it is at revision " + revision + ", and was at "
                            + asked.known() + " before");
        }
        written(next);
        leases.renewed(asked, revision, anew);
        anew = false;
        return true;
    }

    /**
     * The database has been put back. What the row says is of what it was before: another stands
     * beside it for as long as the leases that were given.
     */
    private void lost() {
        leases.endCeiling();
        leases.distrust();
        if (!lost) {
            lost = true;
            begin();
        }
    }

    private ReplicaRow saying(long acked, String gateways) {
        return new ReplicaRow(
                own.id(), own.incarnation(), own.version(), leaseMillis,
                Math.max(own.ackedRevision(), acked), gateways, self.software);
    }

    private void written(ReplicaRow row) {
        own = row;
        acknowledged = row.ackedRevision();
    }

    /**
     * The list of gateways, when it is to be written: others may want to name who has not
     * confirmed, or how far one is that was theirs, or some came or went, or it is old. Else null.
     */
    private String list(Instant wallNow) {
        List<ListedGateway> gateways = leases.listed(wallNow);
        Set<String> present = new HashSet<>();
        gateways.forEach(each -> present.add(
                each.standing().id() + (each.standing().attached() ? " +" : " -")));
        boolean behind = leases.ackedRevision() < leases.latestRevision();
        // one of theirs may have come here
        boolean asked = view.others.values().stream().anyMatch(OtherReplica::hasDetached);
        if (!behind && !asked && present.equals(listed) && renewalsSinceList++ < LIST_EVERY) {
            return null;
        }
        renewalsSinceList = 0;
        listed = present;
        return ReplicaGateways.write(gateways);
    }

    /** Reads the rows of the others, and deletes those that have lapsed. */
    private void look(boolean withGateways) {
        View last = view;
        // before the read: a commit that comes after this may be newer than what is read
        long covers = leases.latestRevision();
        long before = leases.now();
        List<ReplicaRow> read = rows.read(withGateways);
        long after = leases.now();
        Map<String, OtherReplica> others = new HashMap<>();
        for (ReplicaRow row : read) {
            if (own != null && row.id().equals(own.id())) {
                continue;
            }
            OtherReplica other =
                    OtherReplica.of(row, last.others.get(row.id()), after, leaseMillis);
            if (!other.lapsed(before) || !delete(other)) {
                others.put(row.id(), other);
            }
        }
        view = View.of(covers, others);
        if (withGateways) {
            others.values().forEach(other -> leases.appliedElsewhere(other.gateways()));
            lookForIdsUsedTwice(last.others, others);
        }
        onProgress.run();
    }

    private void lookForIdsUsedTwice(
            Map<String, OtherReplica> last, Map<String, OtherReplica> others) {
        LeaseTable.Asked now = leases.ask();
        usedTwice.look(leases.listed(now.wallAt()), last, others, now.at(), now.wallAt());
        idsUsedTwice = usedTwice.count();
    }

    private boolean delete(OtherReplica other) {
        try {
            if (!rows.delete(other.row())) {
                return false;
            }
        } catch (ServiceException e) {
            LOG.debug("the row of replica {} counts on", other.replicaId(), e);
            return false;
        }
        rowsDeleted.incrementAndGet();
        LOG.info("replica {} is gone: none of its gateways can hold a lease", other.replicaId());
        return true;
    }

    private synchronized void acknowledge() {
        acknowledging.set(false);
        long acked = leases.ackedRevision();
        if (closed || own == null || acked <= own.ackedRevision()) {
            return;
        }
        ReplicaRow next = saying(acked, null);
        try {
            rows.acknowledge(next);
            written(next);
        } catch (ServiceException e) {
            LOG.debug("what is confirmed goes with the next renewal", e);
        }
    }

    private synchronized void lookAgain() {
        looking.set(false);
        try {
            look(false);
        } catch (ServiceException e) {
            LOG.debug("the rows of replicas are read with the next renewal", e);
        }
    }

    // ------------------------------------------------------------------------- any thread

    /** Somebody has written a row, or may have. */
    public void rowsChanged() {
        if (confirmedRevision() < awaited.get()) {
            soon(looking, this::lookAgain);
        }
    }

    private void progressed() {
        onProgress.run();
        // of what was committed here others are told by the next renewal
        if (leases.foreignRevision() > acknowledged) {
            soon(acknowledging, this::acknowledge);
        }
    }

    private void soon(AtomicBoolean asked, Runnable task) {
        if (!closed && asked.compareAndSet(false, true)) {
            later(task, 0);
        }
    }

    @Override
    public void onProgress(Runnable listener) {
        onProgress = listener;
    }

    @Override
    public void awaited(long revision) {
        leases.committed(revision);
        awaited.accumulateAndGet(revision, Math::max);
        if (view.covers < revision) {
            soon(looking, this::lookAgain);
        }
    }

    @Override
    public long confirmedRevision() {
        return Math.min(view.confirmed, leases.confirmedRevision());
    }

    @Override
    public Unconfirmed unconfirmed(long revision) {
        View now = view;
        Unconfirmed here = leases.unconfirmed(revision);
        Set<String> names = new TreeSet<>(here.gateways());
        // the longest that any lease can reach which does not rest on the revision
        long sinceCommit = leases.now() - leases.committedBy(revision);
        long longest = leaseMillis * 1_000_000;
        long nanos = here.nanos();
        Set<WatchingGateway.Key> reached = reached(revision, now);
        for (OtherReplica other : now.others.values()) {
            longest = Math.max(longest, other.leaseNanos());
            long left = other.leaseNanos() - sinceCommit;
            if (other.row().ackedRevision() < revision && left > 0) {
                other.addUnconfirmed(revision, reached, names);
                nanos = Math.max(nanos, left);
            }
        }
        if (now.covers < revision && longest - sinceCommit > 0) {
            // whom the rows would name if they could be read
            names.add(Propagation.UNKNOWN_GATEWAY);
            nanos = Math.max(nanos, longest - sinceCommit);
        }
        return new Unconfirmed(List.copyOf(names), nanos);
    }

    /** Who is known to have applied a revision. For names: no promise rests on it. */
    private Set<WatchingGateway.Key> reached(long revision, View now) {
        Set<WatchingGateway.Key> reached = leases.reached(revision);
        now.others.values().forEach(other -> other.addReached(revision, reached));
        return reached;
    }

    @Override
    public long nextLapse() {
        // a row that lapses is found by the turn of every second
        return leases.nextLapse();
    }

    @Override
    public long now() {
        return leases.now();
    }

    /**
     * How each gateway stands that watches any replica or may still hold a lease, by id; those of
     * other replicas as their rows last told.
     *
     * @param wallNow the instant by the clock of whoever reads it
     */
    public List<GatewayStanding> standings(Instant wallNow) {
        List<GatewayStanding> all = new ArrayList<>(leases.standings(wallNow));
        view.others.values().forEach(other ->
                other.gateways().forEach(each -> all.add(each.standing())));
        Set<String> watching = new HashSet<>();
        all.stream().filter(GatewayStanding::attached).forEach(each -> watching.add(each.id()));
        // one that has gone over to another replica is told of once
        all.removeIf(each -> !each.attached() && watching.contains(each.id()));
        all.sort(Comparator.comparing(GatewayStanding::id)
                .thenComparing(GatewayStanding::attachedAt));
        return List.copyOf(all);
    }

    /** What this replica can be watched by. */
    public ReplicaStats stats() {
        return new ReplicaStats(
                view.others.size() + 1,
                Duration.ofNanos(leases.ceilingNanos()),
                renewals.get(), renewalsFailed.get(), expulsions.get(), rowsDeleted.get(),
                leases.size(),
                idsUsedTwice,
                Math.max(0, leases.latestRevision() - leases.ackedRevision()));
    }

    /**
     * Gives no leases any more, and takes the row away when no gateway holds one; else the others
     * count on until it lapses. To be called when the thread has ended. Blocks on the database.
     */
    @Override
    public synchronized void close() {
        closed = true;
        leases.endCeiling();
        if (own == null || leases.size() > 0) {
            return;
        }
        try {
            rows.read(false).stream()
                    .filter(row -> row.id().equals(own.id()))
                    .forEach(rows::delete);
        } catch (ServiceException e) {
            LOG.debug("the row of this replica lapses by itself", e);
        }
    }
}
