package dev.portcullis.benchmarks.chaos;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** How often each kind of fault was let happen, and how often that had an effect. One thread. */
final class FaultCounts {
    private final Map<Kind, Count> counts = new EnumMap<>(Kind.class);

    /**
     * Of one kind.
     *
     * @param begun how often it was let happen
     * @param effective how often it was seen where it hits
     */
    record Count(int begun, int effective) {}

    /** Of these kinds, each of which has to come at least once. */
    FaultCounts(Set<Kind> planned) {
        planned.forEach(kind -> counts.put(kind, new Count(0, 0)));
    }

    void count(Kind kind, boolean effective) {
        Count old = counts.get(kind);
        counts.put(kind, new Count(old.begun + 1, old.effective + (effective ? 1 : 0)));
    }

    /** All that were planned, in the order in which they are declared. */
    Map<Kind, Count> all() {
        return counts;
    }

    /** Those that were planned and never had an effect. */
    Set<Kind> missing() {
        Set<Kind> missing = EnumSet.noneOf(Kind.class);
        counts.forEach((kind, count) -> {
            if (count.effective == 0) {
                missing.add(kind);
            }
        });
        return missing;
    }
}
