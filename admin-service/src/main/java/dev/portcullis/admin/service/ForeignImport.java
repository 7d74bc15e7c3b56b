package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import java.util.List;

/** Takes users and hashed tokens over from other systems. As {@link Users} for threads and errors. */
public final class ForeignImport {
    /** All of it or nothing. */
    public Committed<Imported> take(Actor actor, List<ForeignUser> users) {
        throw new UnsupportedOperationException();
    }

    /** How much was made, and how much was there. */
    public record Imported(int usersCreated, int usersFound, int tokensCreated, int tokensFound) {}
}
