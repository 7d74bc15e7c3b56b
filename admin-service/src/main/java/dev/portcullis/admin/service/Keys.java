package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.Token;
import java.time.Duration;

/** What can be done with API keys. As {@link Users} for threads and errors. */
public final class Keys {
    /** Makes a key. */
    public Committed<IssuedToken> create(Actor actor, NewToken request) {
        throw new UnsupportedOperationException();
    }

    /** The key with that id. */
    public Token get(Actor actor, String id) {
        throw new UnsupportedOperationException();
    }

    /** Keys, dead ones too. */
    public Page<Token> list(Actor actor, TokenFilter filter, PageRequest page) {
        throw new UnsupportedOperationException();
    }

    /** Makes it and what was exchanged from it invalid for ever. */
    public Committed<Token> revoke(Actor actor, String id) {
        throw new UnsupportedOperationException();
    }

    /** Makes it expire now. */
    public Committed<Token> expire(Actor actor, String id) {
        throw new UnsupportedOperationException();
    }

    /** A new key in its place; the old one works until the overlap has passed. */
    public Committed<RotatedToken> rotate(Actor actor, String id, Duration overlap) {
        throw new UnsupportedOperationException();
    }
}
