package dev.portcullis.admin.origin;

import dev.portcullis.admin.change.ChangeFeed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.Enrolled;
import dev.portcullis.admin.service.Enrollments;
import dev.portcullis.admin.store.Change;
import dev.portcullis.admin.store.ChangeKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which credentials have proved to be those of enrolled gateways, so that not every question
 * of a gateway costs one about the gateway; and forgets it when a change to the credential or its
 * user is committed, by whichever replica. Streams are judged anew then, and cut when their gateway
 * is one no longer.
 *
 * <p>What a call may rest on was read after the feed had told of everything before it: see {@link
 * #admit}. Credentials are remembered by a digest of their text. Any thread, but for {@link
 * #changed}.
 */
final class Gatekeeper implements ChangeFeed.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);
    private static final int KNOWN_MAX = 4_096;
    private static final int KEYS_PER_READ = 2_000;

    private final Enrollments enrollments;
    private final ChangeFeed feed;
    private final Executor workers;
    private final InstantSource clock;

    // guarded by this
    private final Map<Digest, Enrolled> known;
    private final Set<Held> held = new LinkedHashSet<>();
    /** Counts what the feed has told. */
    private long told;

    /** Used by the feed's thread alone. */
    private long position;

    /** The digest of a credential's text. */
    private record Digest(long a, long b, long c, long d) {
        static Digest of(String token) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256")
                        .digest(token.getBytes(StandardCharsets.UTF_8));
                var longs = java.nio.ByteBuffer.wrap(hash).asLongBuffer();
                return new Digest(longs.get(0), longs.get(1), longs.get(2), longs.get(3));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /** A stream that hangs on its gateway's standing. */
    final class Held {
        private final RemoteGateway gateway;
        private final Cut cut;

        private Held(RemoteGateway gateway, Cut cut) {
            this.gateway = gateway;
            this.cut = cut;
        }

        /** The stream has ended. */
        void release() {
            synchronized (Gatekeeper.this) {
                held.remove(this);
            }
        }
    }

    /** Ends a stream. */
    interface Cut {
        void because(ServiceException reason);
    }

    /**
     * Knows nobody yet.
     *
     * @param position the newest revision when it is made, or an older one
     * @param workers may block on the database; bounded
     */
    Gatekeeper(
            Enrollments enrollments,
            ChangeFeed feed,
            long position,
            Executor workers,
            InstantSource clock) {
        this.enrollments = enrollments;
        this.feed = feed;
        this.position = position;
        this.workers = workers;
        this.clock = clock;
        this.known = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Digest, Enrolled> eldest) {
                return size() > KNOWN_MAX;
            }
        };
    }

    /** Begins to follow the feed. */
    void start() {
        onFeedThread(() -> {
            feed.add(this);
            changed();
        });
    }

    /** Follows it no more. */
    void stop() {
        onFeedThread(() -> feed.remove(this));
    }

    private void onFeedThread(Runnable task) {
        try {
            feed.thread().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the feed has ended", e);
        }
    }

    /** Who presents a credential, when that is known already; else null. Does not block. */
    synchronized Enrolled known(String token) {
        if (token == null) {
            return null;
        }
        Enrolled enrolled = known.get(Digest.of(token));
        return enrolled == null || enrolled.expiredAt(clock.millis()) ? null : enrolled;
    }

    /**
     * Who presents a credential, by the database. What the feed told of while it was read may have
     * made it untrue: then it holds for this call, as if that had come a moment earlier, but is not
     * kept.
     *
     * @throws ServiceException as {@link Enrollments#prove}
     */
    Enrolled admit(String token, String source) {
        long before = toldSoFar();
        Enrolled enrolled = enrollments.prove(token, source);
        synchronized (this) {
            if (told == before) {
                known.put(Digest.of(token), enrolled);
            }
        }
        return enrolled;
    }

    private synchronized long toldSoFar() {
        return told;
    }

    /**
     * Cuts a stream as soon as its gateway's enrolment no longer stands. It is looked at once more,
     * for what was committed between the call's admission and this.
     */
    Held hold(RemoteGateway gateway, Cut cut) {
        Held stream = new Held(gateway, cut);
        synchronized (this) {
            held.add(stream);
        }
        judgeSoon(List.of(stream));
        return stream;
    }

    // ------------------------------------------------------------------ on the feed's thread

    @Override
    public void changed() {
        List<Change> changes = feed.after(position, KEYS_PER_READ);
        while (changes == null || !changes.isEmpty()) {
            if (changes == null) {
                // what it had to tell is gone: everything may have changed
                position = Math.max(position, feed.position());
                forget(Set.of(), true);
            } else {
                Set<String> keys = new HashSet<>();
                changes.forEach(change -> keys.addAll(change.keys()));
                position = changes.get(changes.size() - 1).revision();
                forget(keys, keys.contains(ChangeKeys.EVERY_PRINCIPAL));
            }
            changes = feed.after(position, KEYS_PER_READ);
        }
    }

    private void forget(Set<String> keys, boolean all) {
        List<Held> doubtful = new ArrayList<>();
        synchronized (this) {
            told++;
            known.values().removeIf(enrolled -> all || concerns(keys, enrolled));
            for (Held stream : held) {
                if (all || concerns(keys, stream.gateway.enrolled())) {
                    doubtful.add(stream);
                }
            }
        }
        if (!doubtful.isEmpty()) {
            judgeSoon(doubtful);
        }
    }

    private static boolean concerns(Set<String> keys, Enrolled enrolled) {
        return keys.contains(ChangeKeys.credential(enrolled.credentialId()))
                || keys.contains(ChangeKeys.principal(enrolled.userId()));
    }

    private void judgeSoon(List<Held> streams) {
        try {
            workers.execute(() -> streams.forEach(this::judge));
        } catch (RejectedExecutionException e) {
            // in doubt it is refused; the gateway comes again
            ServiceException busy = new ServiceException(
                    ServiceException.Code.UNAVAILABLE, "too many calls at once");
            streams.forEach(stream -> stream.cut.because(busy));
        }
    }

    private void judge(Held stream) {
        try {
            enrollments.requireStanding(stream.gateway.enrolled(), stream.gateway.source());
        } catch (ServiceException e) {
            stream.cut.because(e);
        } catch (RuntimeException e) {
            // whether it still stands is not known; and the others are judged all the same
            LOG.error("a gateway could not be judged; its stream is ended", e);
            stream.cut.because(new ServiceException(
                    ServiceException.Code.UNAVAILABLE, "the enrolment could not be looked at"));
        }
    }
}
