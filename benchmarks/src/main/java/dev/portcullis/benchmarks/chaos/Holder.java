package dev.portcullis.benchmarks.chaos;

import dev.portcullis.benchmarks.chaos.Timeline.Expected;

/** A user: what becomes of all its tokens, and of those that write. Any thread. */
final class Holder {
    private final String id;
    private final Timeline open = new Timeline(Expected.ACCEPTED);
    private final Timeline writes = new Timeline(Expected.ACCEPTED);

    Holder(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** Refused while the user is blocked. */
    Timeline open() {
        return open;
    }

    /** Refused while the user is but a reader. */
    Timeline writes() {
        return writes;
    }
}
