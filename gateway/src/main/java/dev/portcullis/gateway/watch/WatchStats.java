package dev.portcullis.gateway.watch;

import java.util.concurrent.atomic.LongAdder;

/** What the watch counts. Any thread. */
public final class WatchStats {
    /** Why a stream to the origin ended, other than by closing this gateway. */
    public enum End {
        /** The credential of this gateway is not that of a standing enrolment. */
        NOT_ADMITTED,
        /** Too many others at this gateway's address have shown wrong credentials. */
        TOO_MANY_ATTEMPTS,
        /** One of the two does not believe the other's certificate, or shows none. */
        HANDSHAKE,
        /** One of the two does not speak the protocol of the other. */
        PROTOCOL,
        /** Another process watches under this gateway's id. */
        ID_TAKEN,
        /** The origin sent what may not come there, or cannot be understood. */
        MALFORMED,
        /** The connection broke, the origin did not answer, or it ended the stream. */
        LOST
    }

    private final LongAdder[] ends = new LongAdder[End.values().length];

    WatchStats() {
        for (int i = 0; i < ends.length; i++) {
            ends[i] = new LongAdder();
        }
    }

    void count(End end) {
        ends[end.ordinal()].increment();
    }

    /** How many streams ended for a reason. */
    public long ended(End end) {
        return ends[end.ordinal()].sum();
    }
}
