package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.Member;
import dev.portcullis.admin.model.Page;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.Cursor;
import dev.portcullis.admin.store.GroupReader.MemberRow;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What can be done with groups. As {@link Users} for threads and errors. Every change of a group,
 * its members or bindings is one of what its members may do, and takes effect like a revocation.
 */
public final class Groups {
    private final Store store;
    private final UserIds ids;

    /**
     * Use cases on a store.
     *
     * @param random for new ids; thread-safe
     */
    public Groups(Store store, RandomGenerator random) {
        this.store = store;
        this.ids = new UserIds(random);
    }

    /**
     * Makes a group and its first members.
     *
     * @param members ids or names of at most 1,000 users; null stands for none
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code ALREADY_EXISTS} when a group has
     *     the name, or one that differs only in case or form; {@code NOT_FOUND} for a member;
     *     {@code FAILED_PRECONDITION} for an internal user; {@code RESOURCE_EXHAUSTED} when a
     *     member is in 100 groups already
     */
    public Committed<Group> create(Actor actor, String name, List<String> members) {
        actor.requireAdministrator();
        String checked = Names.groupName("name", name);
        List<String> first = members == null ? List.of() : members;
        Subjects.checkTexts("members", first, GroupSteps.USERS_AT_ONCE_MAX);
        String id = ids.nextGroup();
        return store.write(transaction -> {
            GroupRow row = GroupSteps.insert(transaction, actor, id, checked);
            List<UserRow> users = Subjects.users(transaction, "members", first);
            GroupSteps.add(transaction, actor, row, users);
            return result(transaction, row, true);
        });
    }

    /** The group with that id or name. */
    public Group get(Actor actor, String group) {
        actor.requireReader();
        return store.read(transaction ->
                GroupSteps.view(transaction, Subjects.group(transaction, group)));
    }

    /** In the order of their names. */
    public Page<Group> list(Actor actor, PageRequest page) {
        actor.requireReader();
        int size = Pages.size(page);
        String after = NameCursor.of(page);
        return store.read(transaction -> {
            List<GroupRow> rows = transaction.groups().groups(after, size + 1);
            boolean more = rows.size() > size;
            List<Group> shown = new ArrayList<>();
            for (GroupRow row : more ? rows.subList(0, size) : rows) {
                shown.add(GroupSteps.view(transaction, row));
            }
            return new Page<>(
                    shown, more ? NameCursor.token(rows.get(size - 1).nameKey()) : "");
        });
    }

    /**
     * Gives it another name.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}, {@code NOT_FOUND}, {@code ALREADY_EXISTS}
     */
    public Committed<Group> rename(Actor actor, String group, String name) {
        actor.requireAdministrator();
        String checked = Names.groupName("name", name);
        return store.write(transaction -> {
            GroupRow row = Subjects.group(transaction, group);
            return result(transaction, row, rename(transaction, actor, row, checked));
        });
    }

    private static boolean rename(
            WriteTransaction transaction, Actor actor, GroupRow row, String name)
            throws SQLException {
        if (row.name().equals(name)) {
            return false;
        }
        GroupSteps.checkFree(transaction, row.id(), name);
        transaction.groups().rename(row, name, Names.key(name));
        transaction.audit(actor, new AuditEntry(
                "group.rename", "group", row.id(), AuditJson.group(row),
                AuditJson.group(transaction.groups().group(row.id()))));
        return true;
    }

    /**
     * Takes it away; its members lose what it gave them.
     *
     * @return the group as it was
     * @throws ServiceException {@code NOT_FOUND}; {@code FAILED_PRECONDITION} when nobody would be
     *     left who can administer
     */
    public Committed<Group> delete(Actor actor, String group) {
        actor.requireAdministrator();
        return store.write(transaction -> {
            GroupRow row = Subjects.group(transaction, group);
            Group before = GroupSteps.view(transaction, row);
            boolean administrators = LastAdministrator.makesAdministrators(transaction, row);
            List<String> members = transaction.groups().memberIds(
                    row.id(), GroupSteps.USERS_AT_ONCE_MAX);
            transaction.groups().delete(row);
            if (administrators) {
                LastAdministrator.checkRemains(transaction);
            }
            transaction.audit(actor, new AuditEntry(
                    "group.delete", "group", row.id(), AuditJson.group(before, members), null));
            return new Committed<>(before, transaction.takeRevision());
        });
    }

    /**
     * Puts users in; who is a member already stays one.
     *
     * @param users ids or names, 1 to 1,000
     * @throws ServiceException as {@link #create}
     */
    public Committed<Group> addMembers(Actor actor, String group, List<String> users) {
        actor.requireAdministrator();
        checkUsers(users);
        return store.write(transaction -> {
            GroupRow row = Subjects.group(transaction, group);
            List<UserRow> rows = Subjects.users(transaction, "users", users);
            return result(transaction, row, GroupSteps.add(transaction, actor, row, rows));
        });
    }

    /**
     * Takes users out; who is no member is passed over.
     *
     * @param users ids or names, 1 to 1,000
     * @throws ServiceException {@code INVALID_ARGUMENT}, {@code NOT_FOUND}; {@code
     *     FAILED_PRECONDITION} when nobody would be left who can administer
     */
    public Committed<Group> removeMembers(Actor actor, String group, List<String> users) {
        actor.requireAdministrator();
        checkUsers(users);
        return store.write(transaction -> {
            GroupRow row = Subjects.group(transaction, group);
            boolean administrators = LastAdministrator.makesAdministrators(transaction, row);
            List<UserRow> rows = Subjects.users(transaction, "users", users);
            boolean changed = GroupSteps.remove(transaction, actor, row, rows);
            if (changed && administrators) {
                LastAdministrator.checkRemains(transaction);
            }
            return result(transaction, row, changed);
        });
    }

    private static void checkUsers(List<String> users) {
        if (users == null || users.isEmpty()) {
            throw ServiceException.invalid("users", "is required");
        }
        Subjects.checkTexts("users", users, GroupSteps.USERS_AT_ONCE_MAX);
    }

    /**
     * Replaces name and members in one step.
     *
     * @param name null leaves it
     * @param members ids or names of at most 1,000 users, in place of all members; null leaves them
     * @throws ServiceException as {@link #create}, {@link #rename} and {@link #removeMembers}
     */
    public Committed<Group> update(Actor actor, String group, String name, List<String> members) {
        actor.requireAdministrator();
        String checked = name == null ? null : Names.groupName("name", name);
        if (members != null) {
            Subjects.checkTexts("members", members, GroupSteps.USERS_AT_ONCE_MAX);
        }
        return store.write(transaction -> {
            GroupRow row = Subjects.group(transaction, group);
            boolean changed = checked != null && rename(transaction, actor, row, checked);
            changed |= members != null && replaceMembers(transaction, actor, row, members);
            return result(transaction, row, changed);
        });
    }

    private static boolean replaceMembers(
            WriteTransaction transaction, Actor actor, GroupRow row, List<String> members)
            throws SQLException {
        List<UserRow> wanted = Subjects.users(transaction, "members", members);
        boolean administrators = LastAdministrator.makesAdministrators(transaction, row);
        boolean added = GroupSteps.add(transaction, actor, row, wanted);
        boolean removed = GroupSteps.removeOthers(transaction, actor, row, wanted);
        if (removed && administrators) {
            LastAdministrator.checkRemains(transaction);
        }
        return added || removed;
    }

    private static Committed<Group> result(
            WriteTransaction transaction, GroupRow before, boolean changed) throws SQLException {
        GroupRow now = transaction.groups().group(before.id());
        return new Committed<>(
                GroupSteps.view(transaction, now),
                changed ? transaction.takeRevision() : before.revision());
    }

    /** In the order of the users' creation. */
    public Page<Member> members(Actor actor, String group, PageRequest page) {
        actor.requireReader();
        int size = Pages.size(page);
        return store.read(transaction -> {
            GroupRow row = Subjects.group(transaction, group);
            String list = "members|" + row.id();
            Cursor after = Pages.cursor(page, list);
            List<MemberRow> rows = transaction.groups().members(row.id(), after, size + 1);
            return Pages.page(rows, size, list, MemberRow::cursor, MemberRow::member);
        });
    }
}
