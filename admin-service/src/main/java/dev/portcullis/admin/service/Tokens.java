package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.Token;

/** What can be done with access tokens. As {@link Users} for threads and errors. */
public final class Tokens {
    Tokens() {}

    /** Issues a token; its plain text is in this answer and nowhere else. */
    public Committed<IssuedToken> issue(Actor actor, NewToken request) {
        throw new UnsupportedOperationException();
    }

    /** The token with that id. */
    public Token get(Actor actor, String id) {
        throw new UnsupportedOperationException();
    }

    /** Tokens, dead ones too, in order of creation. */
    public Page<Token> list(Actor actor, TokenFilter filter, PageRequest page) {
        throw new UnsupportedOperationException();
    }

    /** Makes a token invalid for ever; a second time changes nothing. */
    public Committed<Token> revoke(Actor actor, String id) {
        throw new UnsupportedOperationException();
    }
}
