package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.core.access.UserKind;
import java.util.List;

/**
 * Whether a path names something of the caller's own: {@code /api/users/{userId}/tokens/{tokenId}}
 * and what lies above and below it.
 */
final class Own {
    /** Stands for who calls where the id of a user is expected. */
    static final String CURRENT = "current";

    /** Stands for what the call is made with where the id of a token is expected. */
    static final String SELF = "self";

    private final List<String> segments;

    Own(List<String> segments) {
        this.segments = segments;
    }

    boolean concerns(Actor actor) {
        if (segments.size() < 3 || !isUser(segments.get(2), actor) || actor.holder() == null) {
            return false;
        }
        boolean account = segments.size() == 3;
        boolean self = segments.size() > 4
                && (segments.get(4).equals(SELF)
                        || segments.get(4).equals(actor.holder().credentialId()));
        return account || self || actor.holder().userKind() == UserKind.PERSON;
    }

    /** Whether a segment names the caller. */
    static boolean isUser(String segment, Actor actor) {
        return segment.equals(CURRENT)
                || segment.equals(actor.userId())
                || segment.equals(actor.userName());
    }
}
