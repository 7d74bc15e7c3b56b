package dev.portcullis.gateway.watch;

import dev.portcullis.proto.origin.v1.CacheKey;

/** What changes are applied to. Called on the control thread only. */
public interface ChangeTarget {
    /**
     * Applies one change: when this returns, every floor it sets is raised and everything it
     * touches is evicted, in that order.
     *
     * @param revision of the change
     */
    void apply(long revision, Changed changed);

    /**
     * Forgets everything that was read before, whatever its {@code as_of}: revisions may start
     * anew.
     *
     * @param revision what is read from now on must be at least as new as this
     */
    void reset(long revision);

    /**
     * Which key the origin of a new stream has named for the shared cache; before any change of
     * that stream. Or that the one it has named has ended, in front of the change that says so.
     *
     * @param key null when it named none, or it has ended
     * @return whether a shared cache is used at all
     */
    boolean cacheKey(CacheKey key);
}
