package dev.portcullis.benchmarks.chaos;

import java.util.ArrayList;
import java.util.List;

/**
 * What has to be expected when, on this process's monotonic clock. Any thread: a mark is made and
 * looked at under one lock, so that who looks afterwards finds it.
 */
final class Timeline {
    private final List<Mark> marks = new ArrayList<>();

    /** What must become of a request. */
    enum Expected {
        /** It must be let through. */
        ACCEPTED,
        /** It must not be let through: that was confirmed for every gateway. */
        REFUSED,
        /** It must not be let through: the instant by which it had to be in force has passed. */
        REFUSED_BY_INSTANT,
        /** Something is changing. */
        EITHER;

        boolean isRefused() {
            return this == REFUSED || this == REFUSED_BY_INSTANT;
        }
    }

    private record Mark(long at, Expected expected) {}

    /** Expects the same until the first mark. */
    Timeline(Expected first) {
        marks.add(new Mark(System.nanoTime(), first));
    }

    /** From now on; what was to come is forgotten. */
    synchronized void now(Expected expected) {
        long now = System.nanoTime();
        while (marks.size() > 1 && last().at - now > 0) {
            marks.remove(marks.size() - 1);
        }
        marks.add(new Mark(now, expected));
    }

    /** From an instant to come. */
    synchronized void from(long at, Expected expected) {
        if (last().at - at < 0) {
            marks.add(new Mark(at, expected));
        }
    }

    /** What was expected all the time from one instant to another. */
    synchronized Expected during(long from, long to) {
        int index = marks.size() - 1;
        while (index > 0 && marks.get(index).at - from > 0) {
            index--;
        }
        Expected expected = marks.get(index).expected;
        for (index++; index < marks.size() && marks.get(index).at - to <= 0; index++) {
            if (marks.get(index).expected != expected) {
                return Expected.EITHER;
            }
        }
        return expected;
    }

    private Mark last() {
        return marks.get(marks.size() - 1);
    }
}
