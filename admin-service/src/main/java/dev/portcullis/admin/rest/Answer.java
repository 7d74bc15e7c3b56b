package dev.portcullis.admin.rest;

import java.util.concurrent.CompletionStage;

/**
 * What an endpoint made: a reply, and the revision that has to be in force before it goes out.
 *
 * @param reply null when it comes later
 * @param revision of the change, or {@link #NOTHING_CHANGED}
 * @param later the reply once it is there, or null
 */
record Answer(RestReply reply, long revision, CompletionStage<RestReply> later) {
    /** Nothing to wait for. */
    static final long NOTHING_CHANGED = -1;

    Answer(RestReply reply, long revision) {
        this(reply, revision, null);
    }

    static Answer of(RestReply reply) {
        return new Answer(reply, NOTHING_CHANGED);
    }

    static Answer later(CompletionStage<RestReply> reply) {
        return new Answer(null, NOTHING_CHANGED, reply);
    }

    boolean changed() {
        return revision != NOTHING_CHANGED;
    }
}
