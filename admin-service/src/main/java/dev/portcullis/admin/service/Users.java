package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.Cursor;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.UserKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What can be done with users. Any thread that may block; every method throws {@link
 * dev.portcullis.admin.model.ServiceException} and nothing else that a caller could be told.
 */
public final class Users {
    /** The most bindings that a new user can be given at once. */
    private static final int FIRST_BINDINGS_MAX = 100;

    private final Store store;
    private final UserIds ids;

    /**
     * Use cases on a store.
     *
     * @param random for new ids; thread-safe
     */
    public Users(Store store, RandomGenerator random) {
        this.store = store;
        this.ids = new UserIds(random);
    }

    /**
     * Makes a user and their first bindings.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code ALREADY_EXISTS} when a user, even a
     *     deleted one, has or had the name, or one that differs only in case or form
     */
    public Committed<User> create(Actor actor, NewUser request) {
        actor.requireAdministrator();
        UserRow user = newRow(request);
        List<Binding> bindings = newBindings(user.id(), request.bindings());
        return store.write(transaction -> insert(transaction, actor, user, bindings));
    }

    /** The steps of {@link #create} inside a transaction. */
    static Committed<User> insert(
            WriteTransaction transaction, Actor actor, UserRow user, List<Binding> bindings)
            throws SQLException {
        if (transaction.userByNameKey(user.nameKey()) != null) {
            throw new ServiceException(
                    Code.ALREADY_EXISTS, "a user has or had this name, or one like it");
        }
        UserRow row = transaction.insertUser(user, actor.userId());
        for (Binding binding : bindings) {
            transaction.putBinding(binding);
        }
        transaction.audit(actor, new AuditEntry(
                "user.create", "user", row.id(), null, AuditJson.user(row, bindings)));
        return new Committed<>(Views.user(transaction, row), transaction.takeRevision());
    }

    /** The user with that id or name. */
    public User get(Actor actor, String user) {
        actor.requireReader();
        return store.read(transaction ->
                Views.user(transaction, Views.find(transaction, user)));
    }

    /** Users who are not deleted, in order of creation. */
    public Page<User> list(Actor actor, UserFilter filter, PageRequest page) {
        actor.requireReader();
        int size = Pages.size(page);
        Cursor after = Pages.cursor(page);
        return store.read(transaction -> {
            List<UserRow> rows = transaction.users(filter.kind(), after, size + 1);
            Page<UserRow> shown = Pages.page(
                    rows, size, row -> new Cursor(row.createdRevision(), row.id()), row -> row);
            return new Page<>(users(transaction, shown.items()), shown.nextPageToken());
        });
    }

    private static List<User> users(ReadTransaction transaction, List<UserRow> rows)
            throws SQLException {
        List<User> users = new ArrayList<>(rows.size());
        for (UserRow row : rows) {
            users.add(Views.user(transaction, row));
        }
        return users;
    }

    /**
     * Changes several things of a user in one step.
     *
     * @throws ServiceException as {@link #block} and {@link Bindings#put}
     */
    public Committed<User> update(Actor actor, String user, UserUpdate update) {
        actor.requireAdministrator();
        return store.write(transaction -> {
            UserRow row = Views.find(transaction, user);
            boolean changed = false;
            if (update.role() != null) {
                Binding binding =
                        new Binding(row.id(), Principal.ALL_APPLICATIONS, update.role());
                changed = BindingSteps.put(transaction, actor, row, binding);
            }
            if (update.blocked() != null && update.blocked() != row.blocked()) {
                setBlocked(transaction, actor, row, update.blocked());
                changed = true;
            }
            return result(transaction, row, changed);
        });
    }

    /**
     * Every credential of the user stops working. Blocking a blocked user changes nothing.
     *
     * @throws ServiceException {@code NOT_FOUND}; {@code FAILED_PRECONDITION} for the last
     *     administrator who can still act
     */
    public Committed<User> block(Actor actor, String user) {
        return update(actor, user, new UserUpdate(null, true));
    }

    /** Every credential of the user works again. Unblocking who is not blocked changes nothing. */
    public Committed<User> unblock(Actor actor, String user) {
        return update(actor, user, new UserUpdate(null, false));
    }

    private static void setBlocked(
            WriteTransaction transaction, Actor actor, UserRow row, boolean blocked)
            throws SQLException {
        if (blocked) {
            LastAdministrator.checkNot(transaction, row);
        }
        transaction.setBlocked(row.id(), blocked);
        transaction.audit(actor, new AuditEntry(
                blocked ? "user.block" : "user.unblock", "user", row.id(),
                AuditJson.user(row, row.blocked()), AuditJson.user(row, blocked)));
    }

    private static Committed<User> result(
            WriteTransaction transaction, UserRow before, boolean changed) throws SQLException {
        UserRow now = transaction.user(before.id());
        return new Committed<>(
                Views.user(transaction, now),
                changed ? transaction.takeRevision() : before.revision());
    }

    /**
     * Softly: the user's credentials are revoked, and name and id are never given to another.
     *
     * @return the user as it was
     * @throws ServiceException {@code NOT_FOUND}; {@code FAILED_PRECONDITION} for the last
     *     administrator who can still act
     */
    public Committed<User> delete(Actor actor, String user) {
        actor.requireAdministrator();
        return store.write(transaction -> {
            UserRow row = Views.find(transaction, user);
            LastAdministrator.checkNot(transaction, row);
            User before = Views.user(transaction, row);
            int revoked = transaction.deleteUser(row.id());
            transaction.audit(actor, new AuditEntry(
                    "user.delete", "user", row.id(),
                    AuditJson.user(row, before.bindings()), AuditJson.deleted(revoked)));
            return new Committed<>(before, transaction.takeRevision());
        });
    }

    /** Registers the public key (JWK) that new tokens of automatic rotation are sealed to. */
    public Committed<User> setKey(Actor actor, String user, String jwk) {
        throw new UnsupportedOperationException();
    }

    /** Takes the registered key away. */
    public Committed<User> deleteKey(Actor actor, String user) {
        throw new UnsupportedOperationException();
    }

    private UserRow newRow(NewUser request) {
        String name = Names.userName("name", request.name());
        String description = Names.description("description", request.description());
        UserKind kind = request.kind() == null ? UserKind.SERVICE : request.kind();
        if (kind == UserKind.INTERNAL) {
            throw ServiceException.invalid("kind", "internal users are made by Portcullis itself");
        }
        return row(ids.next(), name, description, kind);
    }

    /** A row of which times and revisions are not known yet. */
    static UserRow row(String id, String name, String description, UserKind kind) {
        return new UserRow(
                id, name, Names.key(name), description, kind, false, 0, null, 0, null, null, 0);
    }

    private static List<Binding> newBindings(String userId, List<NewBinding> requested) {
        if (requested == null) {
            return List.of();
        }
        if (requested.size() > FIRST_BINDINGS_MAX) {
            throw ServiceException.invalid("bindings", "at most " + FIRST_BINDINGS_MAX);
        }
        List<Binding> bindings = new ArrayList<>();
        Set<String> applications = new HashSet<>();
        for (int i = 0; i < requested.size(); i++) {
            NewBinding each = requested.get(i);
            String field = "bindings[" + i + "].";
            String application = Names.application(field + "application", each.application());
            if (each.role() == null) {
                throw ServiceException.invalid(field + "role", "is required");
            }
            if (!applications.add(application)) {
                throw ServiceException.invalid(
                        field + "application", "has a binding before this one already");
            }
            bindings.add(new Binding(userId, application, each.role()));
        }
        return bindings;
    }
}
