package dev.portcullis.gateway.server;

import java.util.concurrent.TimeUnit;

/**
 * What a client of HTTP/2 may send that is of no use: frames that cost the sender next to nothing,
 * and us some work. Each kind has an allowance that time refills, and that useful work refills too,
 * so that a busy client is never short of it. Not thread-safe: it belongs to its connection.
 */
final class FloodGuard {
    /** Kinds of frames, with the most that may come at once, and what a second gives back. */
    enum Kind {
        /** Requests that the client takes back ("rapid reset"). */
        RESET(200, 20),
        /** Streams that the client made us reset ("MadeYouReset"). */
        OWN_RESET(200, 20),
        SETTINGS(50, 1),
        PING(200, 10),
        PRIORITY(400, 50),
        WINDOW_UPDATE(500, 100),
        /** DATA without data that does not end anything. */
        EMPTY_DATA(100, 10),
        /** Whatever else carries no request. */
        OTHER(200, 10);

        private final int most;
        private final int perSecond;

        Kind(int most, int perSecond) {
            this.most = most;
            this.perSecond = perSecond;
        }
    }

    private static final Kind[] KINDS = Kind.values();
    private static final long ONE = TimeUnit.SECONDS.toNanos(1);

    /** What is left of each kind, in thousand-millionths of a frame. */
    private final long[] left = new long[KINDS.length];
    private long refilledAt;

    FloodGuard(long now) {
        refilledAt = now;
        for (Kind kind : KINDS) {
            left[kind.ordinal()] = kind.most * ONE;
        }
    }

    /** Time has passed. */
    void refill(long now) {
        long passed = Math.min(now - refilledAt, 100 * ONE);
        refilledAt = now;
        for (Kind kind : KINDS) {
            add(kind, passed * kind.perSecond);
        }
    }

    /** A frame has come; false when it was one too many. */
    boolean spend(Kind kind) {
        left[kind.ordinal()] -= ONE;
        return left[kind.ordinal()] >= 0;
    }

    /** Work was done that makes it likely that frames of that kind follow. */
    void earn(Kind kind, int frames) {
        add(kind, frames * ONE);
    }

    private void add(Kind kind, long more) {
        int at = kind.ordinal();
        left[at] = Math.min(kind.most * ONE, left[at] + more);
    }
}
