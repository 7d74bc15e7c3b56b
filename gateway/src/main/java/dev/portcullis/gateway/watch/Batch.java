package dev.portcullis.gateway.watch;

/** Changes that pass the event loops together. Control thread only, but for {@link #changed}. */
final class Batch {
    private final Changed.Builder collected = new Changed.Builder();
    private Changed changed;

    /** Its place in the order of batches. */
    long ticket;

    /** Everything up to here is applied once the batch has passed. */
    long revision;
    /** Tells that revision from its namesakes; 0: unknown. */
    long mark;

    /** The stream that the newest of it came from, or null. */
    WatchStream stream;

    /** The stream that is caught up once the batch has passed, or null. */
    WatchStream caughtUp;

    /** Whether a reset came after it: its revision means nothing any more. */
    boolean superseded;

    Batch(long ticket) {
        this.ticket = ticket;
    }

    void add(WatchStream from, long upTo, long upToMark, Changed more) {
        collected.add(more);
        stream = from;
        revision = upTo;
        mark = upToMark;
    }

    /** The exchanges that are open hang on what may be false: all are looked at again. */
    void addEverything() {
        collected.addEverything();
    }

    void addEverything(WatchStream from, long upTo) {
        collected.addEverything();
        stream = from;
        revision = upTo;
        mark = 0;
        superseded = false;
    }

    /** Takes over the keys of an earlier batch that has to pass once more. */
    void absorb(Batch earlier) {
        collected.add(earlier.changed());
        if (stream == null) {
            stream = earlier.stream;
            revision = earlier.revision;
            mark = earlier.mark;
            superseded = earlier.superseded;
        }
        if (caughtUp == null) {
            caughtUp = earlier.caughtUp;
        }
    }

    /** Nothing is added from now on. */
    void seal() {
        changed = collected.build();
    }

    /** The keys, once sealed. Any thread. */
    Changed changed() {
        return changed;
    }
}
