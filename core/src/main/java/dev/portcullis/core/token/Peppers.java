package dev.portcullis.core.token;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The peppers that a process holds: the one that new secrets are hashed with, and those that
 * older records name. Immutable; any thread.
 */
public final class Peppers {
    /** Peppers at most: each costs every event loop a keyed hash function. */
    public static final int COUNT_MAX = 16;

    /** No pepper: new secrets are hashed plainly, and no record that names one can be verified. */
    public static final Peppers NONE = of(null, List.of());

    private final Pepper current;
    private final Map<String, Pepper> byId;

    private Peppers(Pepper current, Map<String, Pepper> byId) {
        this.current = current;
        this.byId = Collections.unmodifiableMap(byId);
    }

    /**
     * A set of peppers.
     *
     * @param current what new secrets are hashed with; null: they are hashed plainly
     * @param all those that records may name; the current one counts among them whether it is
     *     given or not
     * @throws IllegalArgumentException when two have one id, or there are more than
     *     {@link #COUNT_MAX}
     */
    public static Peppers of(Pepper current, Collection<Pepper> all) {
        Map<String, Pepper> byId = new LinkedHashMap<>();
        if (current != null) {
            byId.put(current.id(), current);
        }
        for (Pepper pepper : all) {
            Pepper taken = byId.putIfAbsent(pepper.id(), pepper);
            boolean isCurrent = pepper == current && taken == current;
            if (taken != null && !isCurrent) {
                throw new IllegalArgumentException(
                        "two peppers have the id '" + pepper.id() + "'");
            }
        }
        if (byId.size() > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "at most " + COUNT_MAX + " peppers, not " + byId.size());
        }
        return new Peppers(current, byId);
    }

    /** What new secrets are hashed with; null: they are hashed plainly. */
    public Pepper current() {
        return current;
    }

    /** The pepper of an id, or null when this process does not hold it. */
    public Pepper find(String id) {
        return byId.get(id);
    }

    /** The ids of all, the current one's first. */
    public Set<String> ids() {
        return byId.keySet();
    }

    @Override
    public String toString() {
        return "Peppers" + ids();
    }
}
