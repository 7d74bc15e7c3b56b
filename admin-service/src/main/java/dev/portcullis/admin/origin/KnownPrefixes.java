package dev.portcullis.admin.origin;

import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.ChangeKeys;
import dev.portcullis.admin.store.Store;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for prefixes that no credential has, without asking the database: whoever makes up tokens
 * by the million costs it nothing.
 *
 * <p>A {@link PrefixFilter} is filled from the database in the background, part by part, and kept
 * by the change feed, from which it hears of every credential that is made before any gateway does.
 * When it has grown by half it is made anew, larger, while the old one goes on answering. What it
 * says is never more than "there is none": a mistake could refuse, not permit; and where it cannot
 * know, because it is not filled yet or behind what is asked for, it says nothing.
 *
 * <p>Thread rule: filters are written by the feed's thread alone; {@link #absentSince} is for any.
 */
public final class KnownPrefixes implements ChangeFeed.Watcher {
    /** Says nothing: the database has to be asked. */
    static final long UNSURE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(KnownPrefixes.class);
    private static final int PART = 10_000;
    private static final int KEYS_PER_READ = 10_000;
    private static final long RETRY_SECONDS = 5;
    private static final long TOUCH_SECONDS = 1;
    private static final long IN_TOUCH_NANOS = 4_000_000_000L;
    private static final String CREDENTIAL = ChangeKeys.credential("");
    /** In the order in which the database sorts them. */
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    /** A prefix's place among all is judged by so many of its characters. */
    private static final int PLACES = 8;
    private static final double PREFIXES_MAX = 1e10;

    private final Store store;
    private final ChangeFeed feed;
    private final LongSupplier nanoTime;
    private final boolean shared;
    private final ScheduledExecutorService background;
    private final RandomGenerator random;
    private final long bytesMax;
    private final LongAdder spared = new LongAdder();
    /** What answers; null while nothing does. */
    private volatile PrefixFilter ready;

    /** Everything that was committed until a few seconds before this is in the filter. */
    private volatile long inTouchUntil;

    // used by the feed's thread alone
    private PrefixFilter filling;
    private long cursor;
    private boolean reading;
    /** Counts fillings, so that a part of one that was given up is not taken for the next's. */
    private int round;

    /**
     * Knows nothing before {@link #start}.
     *
     * @param background where parts are read; may block on the database
     * @param random for the filters' seeds
     * @param bytesMax of memory, for one filter; while one is made anew there are two
     */
    public KnownPrefixes(
            Sources sources, ScheduledExecutorService background, RandomGenerator random,
            long bytesMax) {
        this.store = sources.store();
        this.feed = sources.feed();
        this.nanoTime = sources.nanoTime();
        this.shared = sources.shared();
        this.background = background;
        this.random = random;
        this.bytesMax = bytesMax;
    }

    /**
     * Where prefixes and their changes come from.
     *
     * @param shared whether other processes write to the store too
     * @param nanoTime monotonic clock
     */
    public record Sources(
            Store store, ChangeFeed feed, boolean shared, LongSupplier nanoTime) {}

    /**
     * Begins to follow the feed and to read what there is. Before any gateway watches: so the feed
     * tells this first.
     */
    public void start() {
        feed.thread().execute(() -> {
            feed.add(this);
            cursor = feed.position();
            begin();
        });
        if (shared) {
            inTouchUntil = nanoTime.getAsLong();
            background.scheduleWithFixedDelay(
                    this::touch, TOUCH_SECONDS, TOUCH_SECONDS, TimeUnit.SECONDS);
        }
    }

    // ------------------------------------------------------------------------------ any thread

    /**
     * Whether it is certain that no credential has a prefix.
     *
     * @param notBefore the revision that an answer must at least be as new as
     * @return a revision at which there was none, and behind which this process has committed
     *     nothing; or {@link #UNSURE}
     */
    long absentSince(String prefix, long notBefore) {
        PrefixFilter filter = ready;
        if (filter == null) {
            return UNSURE;
        }
        // first how far it goes, then what is in it
        long completeTo = filter.completeTo();
        boolean behind = completeTo < notBefore || completeTo < feed.heard();
        if (behind || outOfTouch() || filter.mayContain(prefix)) {
            return UNSURE;
        }
        spared.increment();
        return completeTo;
    }

    /**
     * Whether others may have committed long ago what the feed has not heard of: then the database
     * cannot be read, and who asks has to learn that.
     */
    private boolean outOfTouch() {
        return shared && nanoTime.getAsLong() - inTouchUntil >= 0;
    }

    /** Whether it can answer: it has been filled. */
    public boolean filled() {
        return ready != null;
    }

    /** Octets of memory that it takes now, roughly. */
    public long bytes() {
        PrefixFilter filter = ready;
        return filter == null ? 0 : filter.bytes();
    }

    /** Questions that the database was spared. */
    public long spared() {
        return spared.sum();
    }

    // ---------------------------------------------------------------- on the feed's thread

    @Override
    public void changed() {
        List<Change> changes = feed.after(cursor, KEYS_PER_READ);
        while (changes != null && !changes.isEmpty()) {
            changes.forEach(this::add);
            cursor = changes.get(changes.size() - 1).revision();
            if (ready != null) {
                ready.complete(cursor);
            }
            changes = feed.after(cursor, KEYS_PER_READ);
        }
        if (changes == null) {
            // some are lost: what was known is incomplete
            LOG.warn("changes were missed; the filter of prefixes is filled anew");
            ready = null;
            cursor = feed.position();
            begin();
        } else if (!reading && ready != null && ready.outgrown()) {
            begin();
        }
    }

    private void add(Change change) {
        for (String key : change.keys()) {
            if (key.startsWith(CREDENTIAL)) {
                add(key.substring(CREDENTIAL.length()));
            }
        }
    }

    private void add(String prefix) {
        if (ready != null) {
            ready.add(prefix);
        }
        if (filling != null) {
            filling.add(prefix);
        }
    }

    /** What was made before this the parts will hold; what is made after it the feed tells. */
    private void begin() {
        reading = true;
        filling = null;
        read(++round, "");
    }

    private void fill(long expected) {
        long known = ready == null ? 0 : ready.added();
        filling = new PrefixFilter(Math.max(expected, known), bytesMax, random.nextLong());
        read(round, "");
    }

    private void take(int of, List<String> prefixes) {
        if (of != round) {
            return;
        }
        boolean last = prefixes.size() < PART;
        if (filling == null) {
            // the first part only says how large it has to be, and is read again: what was made
            // while it was read the feed has told of too early
            fill(last ? prefixes.size() : estimate(prefixes));
            return;
        }
        prefixes.forEach(filling::add);
        if (filling.outgrown()) {
            fill(2 * filling.added());
        } else if (!last) {
            read(of, prefixes.get(prefixes.size() - 1));
        } else {
            filled(filling);
        }
    }

    private void filled(PrefixFilter filter) {
        filter.complete(cursor);
        ready = filter;
        filling = null;
        reading = false;
        LOG.info("{} prefixes are known, in {} KiB", ready.added(), ready.bytes() >> 10);
    }

    /**
     * How many there are, judged by the first of them in order: prefixes are random, so the part of
     * all possible ones that they span is the part of all real ones that they are. Where it is
     * wrong, the filter has soon grown by half, and is made anew while it is being filled.
     */
    private static long estimate(List<String> first) {
        String last = first.get(first.size() - 1);
        double span = 0;
        double place = 1;
        for (int i = 0; i < PLACES; i++) {
            place /= DIGITS.length();
            span += DIGITS.indexOf(last.charAt(i)) * place;
        }
        return (long) Math.min(first.size() / Math.max(span, place), PREFIXES_MAX);
    }

    // ------------------------------------------------------------------------ in the background

    private void read(int of, String after) {
        background(() -> {
            List<String> prefixes;
            try {
                prefixes = store.read(t -> t.credentials().prefixesAfter(after, PART));
            } catch (ServiceException e) {
                LOG.warn("prefixes cannot be read; trying again", e);
                background(() -> read(of, after), RETRY_SECONDS);
                return;
            }
            onFeedThread(() -> take(of, prefixes));
        }, 0);
    }

    /** Looks whether the feed has read what there is. */
    private void touch() {
        long before = nanoTime.getAsLong();
        long latest;
        try {
            latest = store.revision();
        } catch (ServiceException e) {
            LOG.debug("the latest revision cannot be read", e);
            return;
        }
        onFeedThread(() -> {
            if (cursor >= latest) {
                inTouchUntil = before + IN_TOUCH_NANOS;
            }
        });
    }

    private void background(Runnable task, long seconds) {
        try {
            background.schedule(task, seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("the process is ending", e);
        }
    }

    private void onFeedThread(Runnable task) {
        try {
            feed.thread().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the feed has ended", e);
        }
    }
}
