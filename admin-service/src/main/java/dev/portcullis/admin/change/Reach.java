package dev.portcullis.admin.change;

import java.util.List;

/**
 * How far changes have reached: within one process ({@link LeaseTable}), or over all replicas that
 * share a database ({@link Replicas}). Any thread; no method blocks. Times are nanoseconds on one
 * clock.
 */
public interface Reach {
    /**
     * Which gateways stand against a revision, and for how long.
     *
     * @param gateways their ids, sorted; empty when the revision is effective everywhere
     * @param nanos from now until even they must have stopped
     */
    record Unconfirmed(List<String> gateways, long nanos) {}

    /** What to call when a revision may have been confirmed. Set once, before the first gateway. */
    void onProgress(Runnable listener);

    /** A revision was committed, and somebody is about to ask how far it has got. */
    void awaited(long revision);

    /** The newest revision that is effective on every gateway. */
    long confirmedRevision();

    /** Who has not confirmed a revision. */
    Unconfirmed unconfirmed(long revision);

    /** When time alone may confirm more; {@link Long#MAX_VALUE}: it will not. */
    long nextLapse();

    /** The time now. */
    long now();
}
