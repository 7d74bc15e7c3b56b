package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Explanation;

/** Says whether a request would be permitted, and why. As {@link Users} for threads and errors. */
public final class Explain {
    /** Explains; reads the database alone. */
    public Explanation explain(Actor actor, ExplainQuery query) {
        throw new UnsupportedOperationException();
    }
}
