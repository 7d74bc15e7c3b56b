package dev.portcullis.gateway.lookup;

import dev.portcullis.core.token.TokenPrefix;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Refusals by what they have in common. Bounded: what finds no room is counted under its code
 * alone. Strangers may take half of the room at most, so that no flood of made-up credentials
 * hides a replaced one that comes back. Not thread-safe.
 */
final class RefusalCounts {
    /** What is told apart, beside one for each code. */
    static final int MAX = 1_024;

    /** Of these, with a secret that was not proved. */
    static final int UNPROVED_MAX = MAX / 2;

    /** Some refusals that were alike. */
    static final class Summary {
        final RefusedAlike what;
        /** Of the first of them. */
        final InetAddress source;
        long count;
        long firstMillis;
        long lastMillis;

        private Summary(RefusedAlike what, InetAddress source, long firstMillis) {
            this.what = what;
            this.source = source;
            this.firstMillis = firstMillis;
            this.lastMillis = firstMillis;
        }

        private void add(long more, long first, long last) {
            count += more;
            firstMillis = Math.min(firstMillis, first);
            lastMillis = Math.max(lastMillis, last);
        }
    }

    private final Map<RefusedAlike, Summary> summaries = new LinkedHashMap<>();
    private int unproved;

    /** One more. */
    void add(RefusedAlike what, long atMillis) {
        find(what, what.source(), atMillis).add(1, atMillis, atMillis);
    }

    /** All of these too. */
    void add(Iterable<Summary> others) {
        for (Summary other : others) {
            find(other.what, other.source, other.firstMillis)
                    .add(other.count, other.firstMillis, other.lastMillis);
        }
    }

    private Summary find(RefusedAlike what, InetAddress source, long firstMillis) {
        Summary known = summaries.get(what);
        if (known != null) {
            return known;
        }
        if (what.source() != null && !hasRoom(what.prefix())) {
            return find(what.withoutRoom(), source, firstMillis);
        }
        Summary made = new Summary(what, source, firstMillis);
        summaries.put(what, made);
        unproved += isUnproved(what) ? 1 : 0;
        return made;
    }

    private boolean hasRoom(TokenPrefix prefix) {
        return summaries.size() < MAX && (prefix != null || unproved < UNPROVED_MAX);
    }

    private static boolean isUnproved(RefusedAlike what) {
        return what.prefix() == null && what.source() != null;
    }

    /** Takes out as many as that, the oldest entries first. */
    List<Summary> take(int max) {
        List<Summary> taken = new ArrayList<>(Math.min(max, summaries.size()));
        Iterator<Summary> all = summaries.values().iterator();
        while (taken.size() < max && all.hasNext()) {
            Summary next = all.next();
            all.remove();
            unproved -= isUnproved(next.what) ? 1 : 0;
            taken.add(next);
        }
        return taken;
    }

    boolean isEmpty() {
        return summaries.isEmpty();
    }

    /** What is told apart now. */
    int size() {
        return summaries.size();
    }
}
