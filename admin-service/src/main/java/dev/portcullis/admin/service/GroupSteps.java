package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Group;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What use cases of groups and of users do alike, inside their transaction. */
final class GroupSteps {
    /** The most groups that one user is in, so that their record and its header stay small. */
    static final int GROUPS_OF_USER_MAX = 100;

    /** The most users whom one request puts into a group, or takes out by name. */
    static final int USERS_AT_ONCE_MAX = 1_000;

    private GroupSteps() {}

    /**
     * Makes a group without members.
     *
     * @param name has passed {@link Names#groupName}
     * @throws ServiceException {@code ALREADY_EXISTS}
     */
    static GroupRow insert(WriteTransaction transaction, Actor actor, String id, String name)
            throws SQLException {
        checkFree(transaction, id, name);
        GroupRow row = transaction.groups().insert(id, name, Names.key(name), actor.userId());
        transaction.audit(actor, new AuditEntry(
                "group.create", "group", id, null, AuditJson.group(row)));
        return row;
    }

    /** Refuses a name that a group other than {@code id} has. */
    static void checkFree(ReadTransaction transaction, String id, String name)
            throws SQLException {
        GroupRow other = transaction.groups().groupByNameKey(Names.key(name));
        if (other != null && !other.id().equals(id)) {
            throw new ServiceException(
                    Code.ALREADY_EXISTS, "a group has this name, or one like it");
        }
    }

    /**
     * Puts users into a group; who is a member already stays one.
     *
     * @param users at most {@link #USERS_AT_ONCE_MAX}
     * @return whether anything had to be changed
     */
    static boolean add(
            WriteTransaction transaction, Actor actor, GroupRow group, List<UserRow> users)
            throws SQLException {
        users.forEach(BindingSteps::checkGrantable);
        List<String> ids = users.stream().map(UserRow::id).toList();
        Set<String> members = new HashSet<>(transaction.groups().membersAmong(group.id(), ids));
        List<String> added = ids.stream().filter(id -> !members.contains(id)).toList();
        if (added.isEmpty()) {
            return false;
        }
        transaction.groups().addMembers(group.id(), added);
        checkGroupsOf(transaction, added);
        transaction.audit(actor, new AuditEntry(
                "group.members_add", "group", group.id(), null,
                AuditJson.members(group, added, added.size())));
        return true;
    }

    /**
     * Takes users out of a group; who is no member is passed over.
     *
     * @param users at most {@link #USERS_AT_ONCE_MAX}
     * @return whether anything had to be changed
     */
    static boolean remove(
            WriteTransaction transaction, Actor actor, GroupRow group, List<UserRow> users)
            throws SQLException {
        List<String> removed = transaction.groups().membersAmong(
                group.id(), users.stream().map(UserRow::id).toList());
        if (removed.isEmpty()) {
            return false;
        }
        transaction.groups().removeMembers(group.id(), removed);
        transaction.audit(actor, new AuditEntry(
                "group.members_remove", "group", group.id(),
                AuditJson.members(group, removed, removed.size()), null));
        return true;
    }

    /**
     * Takes everybody out of a group but these.
     *
     * @return whether anything had to be changed
     */
    static boolean removeOthers(
            WriteTransaction transaction, Actor actor, GroupRow group, List<UserRow> kept)
            throws SQLException {
        List<String> ids = kept.stream().map(UserRow::id).toList();
        List<String> some = transaction.groups().othersThan(group.id(), ids, USERS_AT_ONCE_MAX);
        if (some.isEmpty()) {
            return false;
        }
        int removed = transaction.groups().removeOthers(group, ids);
        transaction.audit(actor, new AuditEntry(
                "group.members_remove", "group", group.id(),
                AuditJson.members(group, some, removed), null));
        return true;
    }

    /** Refuses that somebody is in too many groups; called after the change. */
    static void checkGroupsOf(ReadTransaction transaction, List<String> userIds)
            throws SQLException {
        String user = transaction.groups().userInMoreGroups(userIds, GROUPS_OF_USER_MAX);
        if (user != null) {
            throw new ServiceException(
                    Code.RESOURCE_EXHAUSTED,
                    "a user is in at most " + GROUPS_OF_USER_MAX + " groups: " + user);
        }
    }

    static Group view(ReadTransaction transaction, GroupRow row) throws SQLException {
        return new Group(
                row.id(),
                row.name(),
                Instant.ofEpochMilli(row.createdAt()),
                row.createdBy(),
                row.memberCount(),
                transaction.groups().bindings(row.id()),
                row.revision());
    }
}
