package dev.portcullis.admin.store;

import java.util.List;

/**
 * A committed event that can alter a verdict.
 *
 * @param keys at least one, of the forms that {@link ChangeKeys} makes
 * @param mark tells it from a change that was given the same revision in another history of the
 *     database, before that was put back; never 0
 */
public record Change(long revision, List<String> keys, long mark) {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** Copies what could change. */
    public Change {
        keys = List.copyOf(keys);
    }

    /**
     * A change as it stands in the log.
     *
     * @param committedAt milliseconds since the epoch
     */
    static Change of(long revision, List<String> keys, long committedAt) {
        long mark = mixed(mixed(FNV_OFFSET, revision), committedAt);
        for (String key : keys) {
            for (int i = 0; i < key.length(); i++) {
                mark = (mark ^ key.charAt(i)) * FNV_PRIME;
            }
            mark = mixed(mark, key.length());
        }
        return new Change(revision, keys, mark == 0 ? 1 : mark);
    }

    private static long mixed(long hash, long value) {
        long mixed = (hash ^ value) * FNV_PRIME;
        return (mixed ^ mixed >>> 32) * FNV_PRIME;
    }
}
