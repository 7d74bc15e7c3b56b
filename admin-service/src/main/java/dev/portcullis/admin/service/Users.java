package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.User;

/**
 * What can be done with users. Any thread that may block; every method throws {@link
 * dev.portcullis.admin.model.ServiceException} and nothing else that a caller could be told.
 */
public final class Users {
    Users() {}

    /** Makes a user and their first bindings. */
    public Committed<User> create(Actor actor, NewUser request) {
        throw new UnsupportedOperationException();
    }

    /** The user with that id or name. */
    public User get(Actor actor, String user) {
        throw new UnsupportedOperationException();
    }

    /** Users who are not deleted, in order of creation. */
    public Page<User> list(Actor actor, UserFilter filter, PageRequest page) {
        throw new UnsupportedOperationException();
    }

    /** Changes several things of a user in one step. */
    public Committed<User> update(Actor actor, String user, UserUpdate update) {
        throw new UnsupportedOperationException();
    }

    /** Every credential of the user stops working. */
    public Committed<User> block(Actor actor, String user) {
        throw new UnsupportedOperationException();
    }

    /** Every credential of the user works again. */
    public Committed<User> unblock(Actor actor, String user) {
        throw new UnsupportedOperationException();
    }

    /** Softly: name and id are never given to another. Answers with the user as it was. */
    public Committed<User> delete(Actor actor, String user) {
        throw new UnsupportedOperationException();
    }
}
