package dev.portcullis.admin.rest;

/**
 * What an endpoint made: a reply, and the revision that has to be in force before it goes out.
 *
 * @param revision of the change, or {@link #NOTHING_CHANGED}
 */
record Answer(RestReply reply, long revision) {
    /** Nothing to wait for. */
    static final long NOTHING_CHANGED = -1;

    static Answer of(RestReply reply) {
        return new Answer(reply, NOTHING_CHANGED);
    }

    boolean changed() {
        return revision != NOTHING_CHANGED;
    }
}
