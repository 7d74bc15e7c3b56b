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
import dev.portcullis.admin.store.GroupRow;
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
     * Makes a user, their first bindings and memberships, and a group of their name when asked to.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code ALREADY_EXISTS} when a user, even a
     *     deleted one, has or had the name, or one that differs only in case or form, or when a
     *     group to be made has it; {@code NOT_FOUND} for a group; {@code RESOURCE_EXHAUSTED} for
     *     one group or application too many
     */
    public Committed<User> create(Actor actor, NewUser request) {
        actor.requireAdministrator();
        UserRow user = newRow(request);
        List<Binding> bindings = newBindings(user.id(), request.bindings());
        List<String> groups = request.groups() == null ? List.of() : request.groups();
        Subjects.checkTexts("groups", groups, GroupSteps.GROUPS_OF_USER_MAX);
        String ownGroup =
                request.createGroup() ? Names.groupName("name", request.name()) : null;
        return store.write(transaction -> {
            checkFree(transaction, user);
            List<GroupRow> rows = new ArrayList<>(
                    Subjects.groups(transaction, "groups", groups));
            if (ownGroup != null) {
                rows.add(GroupSteps.insert(transaction, actor, ids.nextGroup(), ownGroup));
            }
            return insert(transaction, actor, user, bindings, rows);
        });
    }

    private static void checkFree(ReadTransaction transaction, UserRow user) throws SQLException {
        if (transaction.userByNameKey(user.nameKey()) != null) {
            throw new ServiceException(
                    Code.ALREADY_EXISTS, "a user has or had this name, or one like it");
        }
    }

    /** As below, for a user in no group. */
    static Committed<User> insert(
            WriteTransaction transaction, Actor actor, UserRow user, List<Binding> bindings)
            throws SQLException {
        return insert(transaction, actor, user, bindings, List.of());
    }

    /** The steps of {@link #create} inside a transaction, the groups having been made or found. */
    static Committed<User> insert(
            WriteTransaction transaction,
            Actor actor,
            UserRow user,
            List<Binding> bindings,
            List<GroupRow> groups)
            throws SQLException {
        checkFree(transaction, user);
        UserRow row = transaction.insertUser(user, actor.userId());
        for (Binding binding : bindings) {
            BindingSteps.checkApplication(transaction, binding.application());
            transaction.putBinding(binding);
        }
        if (!groups.isEmpty()) {
            transaction.groups().join(row, groups.stream().map(GroupRow::id).toList());
            GroupSteps.checkGroupsOf(transaction, List.of(row.id()));
        }
        User made = Views.user(transaction, row);
        transaction.audit(actor, new AuditEntry(
                "user.create", "user", row.id(), null, AuditJson.user(made)));
        return new Committed<>(made, transaction.takeRevision());
    }

    /** The user with that id or name. */
    public User get(Actor actor, String user) {
        actor.requireReader();
        return store.read(transaction ->
                Views.user(transaction, Views.find(transaction, user)));
    }

    /** The user who calls: everybody may know who they are. */
    public User current(Actor actor) {
        return store.read(transaction ->
                Views.user(transaction, Views.find(transaction, actor.userId())));
    }

    /** Users who are not deleted, in order of creation. */
    public Page<User> list(Actor actor, UserFilter filter, PageRequest page) {
        actor.requireReader();
        int size = Pages.size(page);
        String list = "users|" + filter.kind();
        Cursor after = Pages.cursor(page, list);
        return store.read(transaction -> {
            List<UserRow> rows = transaction.users(filter.kind(), after, size + 1);
            Page<UserRow> shown = Pages.page(
                    rows, size, list,
                    row -> new Cursor(row.createdRevision(), row.id()), row -> row);
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
     * Changes several things of a user in one step; what is not given stays.
     *
     * @throws ServiceException as {@link #block}, {@link Bindings#put} and {@link #create}; {@code
     *     FAILED_PRECONDITION} also when the user no longer has the revision that is expected
     */
    public Committed<User> update(Actor actor, String user, UserUpdate update) {
        actor.requireAdministrator();
        String description = update.description() == null
                ? null
                : Names.description("description", update.description());
        if (update.groups() != null) {
            Subjects.checkTexts("groups", update.groups(), GroupSteps.GROUPS_OF_USER_MAX);
        }
        return store.write(transaction -> {
            UserRow row = Views.find(transaction, user);
            if (update.expectedRevision() != 0 && update.expectedRevision() != row.revision()) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION,
                        "the user has been changed: its revision is " + row.revision());
            }
            boolean administrator = LastAdministrator.isAdministrator(transaction, row);
            boolean changed = UserChanges.describe(
                    transaction, actor, row, description, update.groups());
            changed |= update.role() != null && BindingSteps.put(
                    transaction, actor, row,
                    new Binding(row.id(), Principal.ALL_APPLICATIONS, update.role()));
            changed |= update.blocked() != null
                    && UserChanges.setBlocked(transaction, actor, row, update.blocked());
            if (changed && administrator) {
                LastAdministrator.checkRemains(transaction);
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
            boolean administrator = LastAdministrator.isAdministrator(transaction, row);
            User before = Views.user(transaction, row);
            int revoked = transaction.deleteUser(row.id());
            if (administrator) {
                LastAdministrator.checkRemains(transaction);
            }
            transaction.audit(actor, new AuditEntry(
                    "user.delete", "user", row.id(),
                    AuditJson.user(before), AuditJson.deleted(revoked)));
            return new Committed<>(before, transaction.takeRevision());
        });
    }

    /**
     * Registers the public key (JWK) that new tokens of automatic rotation are sealed to, in place
     * of an earlier one. Registering the same key again changes nothing.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT} for anything but a sound public key; {@code
     *     NOT_FOUND}; {@code FAILED_PRECONDITION} for an internal user
     */
    public Committed<User> setKey(Actor actor, String user, String jwk) {
        actor.requireAdministrator();
        UserKey key = UserKey.parse("jwk", jwk);
        return store.write(transaction -> {
            UserRow row = Views.find(transaction, user);
            BindingSteps.checkGrantable(row);
            boolean changed = !key.thumbprint().equals(row.keyThumbprint());
            if (changed) {
                transaction.setKey(row.id(), key.json(), key.thumbprint());
                transaction.audit(actor, new AuditEntry(
                        "user.key_set", "user", row.id(),
                        AuditJson.key(row.keyThumbprint()), AuditJson.key(key.thumbprint())));
            }
            return result(transaction, row, changed);
        });
    }

    /**
     * Takes the registered key away; where there is none, nothing changes.
     *
     * @throws ServiceException {@code NOT_FOUND}; {@code FAILED_PRECONDITION} while a live token of
     *     the user rotates automatically
     */
    public Committed<User> deleteKey(Actor actor, String user) {
        actor.requireAdministrator();
        return store.write(transaction -> {
            UserRow row = Views.find(transaction, user);
            if (row.keyThumbprint() == null) {
                return result(transaction, row, false);
            }
            if (transaction.credentials().hasAutomatic(row.id(), transaction.nowMillis())) {
                throw new ServiceException(
                        Code.FAILED_PRECONDITION,
                        "a live token of this user rotates automatically and needs the key");
            }
            transaction.setKey(row.id(), null, null);
            transaction.audit(actor, new AuditEntry(
                    "user.key_delete", "user", row.id(),
                    AuditJson.key(row.keyThumbprint()), null));
            return result(transaction, row, true);
        });
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
