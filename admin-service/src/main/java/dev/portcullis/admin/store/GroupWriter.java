package dev.portcullis.admin.store;

import dev.portcullis.admin.model.Binding;
import java.sql.SQLException;
import java.util.List;

/**
 * Writes groups, memberships and groups' bindings. Whatever changes what a member may do, or how
 * the groups of a member are called, is noted as a change of each member, or of every user when
 * they are many. As {@link WriteTransaction}, whose it is.
 */
public final class GroupWriter extends GroupReader {
    private static final String MEMBERS = "SELECT user_id FROM memberships WHERE group_id = ?";

    private final WriteTransaction transaction;

    GroupWriter(Sql sql, WriteTransaction transaction) {
        super(sql);
        this.transaction = transaction;
    }

    /**
     * Makes a group without members. Nobody's rights change by it, yet it is a change: that of
     * the user who makes it.
     */
    public GroupRow insert(String id, String name, String nameKey, String createdBy)
            throws SQLException {
        long at = transaction.takeRevision();
        GroupRow row = new GroupRow(
                id, name, nameKey, transaction.nowMillis(), createdBy, at, 0, at);
        sql.update(
                "INSERT INTO groups (id, name, name_key, created_at, created_by, created_revision,"
                        + " member_count, revision) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
                row.id(), row.name(), row.nameKey(), row.createdAt(), row.createdBy(), at, at);
        transaction.changed(ChangeKeys.principal(id));
        return row;
    }

    /** Gives a group another name. */
    public void rename(GroupRow group, String name, String nameKey) throws SQLException {
        sql.expectOne(
                "UPDATE groups SET name = ?, name_key = ?, revision = ? WHERE id = ?",
                name, nameKey, transaction.takeRevision(), group.id());
        noteMembers(group);
    }

    /** Takes a group away, with its bindings and memberships. */
    public void delete(GroupRow group) throws SQLException {
        noteMembers(group);
        sql.update("UPDATE users SET revision = ? WHERE id IN (" + MEMBERS + ")",
                transaction.takeRevision(), group.id());
        sql.update("DELETE FROM memberships WHERE group_id = ?", group.id());
        sql.update("DELETE FROM group_bindings WHERE group_id = ?", group.id());
        sql.expectOne("DELETE FROM groups WHERE id = ?", group.id());
    }

    /**
     * Puts users into a group.
     *
     * @param userIds none of them a member yet; at most {@link WriteTransaction#KEYS_MAX}
     */
    public void addMembers(String groupId, List<String> userIds) throws SQLException {
        String places = Sql.places(userIds.size());
        int added = sql.update(
                "INSERT INTO memberships (user_id, group_id, user_created_revision)"
                        + " SELECT id, ?, created_revision FROM users WHERE id IN (" + places + ")",
                Sql.join(List.of(groupId), userIds));
        expect(added, userIds.size());
        touchUsers(userIds);
        count(groupId, added);
    }

    /**
     * Takes users out of a group.
     *
     * @param userIds every one a member; at most {@link WriteTransaction#KEYS_MAX}
     */
    public void removeMembers(String groupId, List<String> userIds) throws SQLException {
        int removed = sql.update(
                "DELETE FROM memberships WHERE group_id = ? AND user_id IN ("
                        + Sql.places(userIds.size()) + ")",
                Sql.join(List.of(groupId), userIds));
        expect(removed, userIds.size());
        touchUsers(userIds);
        count(groupId, -removed);
    }

    /**
     * Takes everybody out of a group but these.
     *
     * @param kept at most {@link WriteTransaction#KEYS_MAX}; may be empty
     * @return how many were taken out
     */
    public int removeOthers(GroupRow group, List<String> kept) throws SQLException {
        String others = " AND user_id NOT IN (" + Sql.places(kept.size()) + ")";
        transaction.changedPrincipals(
                othersThan(group.id(), kept, WriteTransaction.KEYS_MAX + 1));
        long at = transaction.takeRevision();
        sql.update("UPDATE users SET revision = ? WHERE id IN (" + MEMBERS + others + ")",
                Sql.join(List.of(at, group.id()), kept));
        int removed = sql.update("DELETE FROM memberships WHERE group_id = ?" + others,
                Sql.join(List.of(group.id()), kept));
        count(group.id(), -removed);
        return removed;
    }

    /**
     * Puts a user into groups.
     *
     * @param groupIds none of them the user's yet; bounded by the caller
     */
    public void join(UserRow user, List<String> groupIds) throws SQLException {
        int added = sql.update(
                "INSERT INTO memberships (user_id, group_id, user_created_revision)"
                        + " SELECT ?, id, ? FROM groups WHERE id IN ("
                        + Sql.places(groupIds.size()) + ")",
                Sql.join(List.of(user.id(), user.createdRevision()), groupIds));
        expect(added, groupIds.size());
        countOne(groupIds, 1);
        touchUsers(List.of(user.id()));
    }

    /**
     * Takes a user out of groups.
     *
     * @param groupIds all of them the user's
     */
    public void leave(UserRow user, List<String> groupIds) throws SQLException {
        int removed = sql.update(
                "DELETE FROM memberships WHERE user_id = ? AND group_id IN ("
                        + Sql.places(groupIds.size()) + ")",
                Sql.join(List.of(user.id()), groupIds));
        expect(removed, groupIds.size());
        countOne(groupIds, -1);
        touchUsers(List.of(user.id()));
    }

    /** Takes a user out of every group, when the user goes. */
    void leaveAll(String userId) throws SQLException {
        List<String> groupIds = sql.list(
                "SELECT group_id FROM memberships WHERE user_id = ?",
                row -> row.getString(1), userId);
        sql.update("DELETE FROM memberships WHERE user_id = ?", userId);
        countOne(groupIds, -1);
    }

    private void countOne(List<String> groupIds, int more) throws SQLException {
        int counted = sql.update(
                "UPDATE groups SET member_count = member_count + ?, revision = ? WHERE id IN ("
                        + Sql.places(groupIds.size()) + ")",
                Sql.join(List.of(more, transaction.takeRevision()), groupIds));
        expect(counted, groupIds.size());
    }

    /** Gives a group a role on an application, in place of the one it had there. */
    public void putBinding(GroupRow group, Binding binding) throws SQLException {
        sql.update(
                "INSERT INTO group_bindings (group_id, application, role) VALUES (?, ?, ?)"
                        + " ON CONFLICT (group_id, application) DO UPDATE SET role = excluded.role",
                group.id(), binding.application(), Words.of(binding.role()));
        touch(group);
    }

    /** Takes a group's binding away. */
    public void deleteBinding(GroupRow group, String application) throws SQLException {
        sql.expectOne("DELETE FROM group_bindings WHERE group_id = ? AND application = ?",
                group.id(), application);
        touch(group);
    }

    private void touch(GroupRow group) throws SQLException {
        sql.expectOne("UPDATE groups SET revision = ? WHERE id = ?",
                transaction.takeRevision(), group.id());
        noteMembers(group);
    }

    private void touchUsers(List<String> userIds) throws SQLException {
        long at = transaction.takeRevision();
        sql.update(
                "UPDATE users SET revision = ? WHERE id IN (" + Sql.places(userIds.size()) + ")",
                Sql.join(List.of(at), userIds));
        transaction.changedPrincipals(userIds);
    }

    private void count(String groupId, int more) throws SQLException {
        sql.expectOne(
                "UPDATE groups SET member_count = member_count + ?, revision = ? WHERE id = ?",
                more, transaction.takeRevision(), groupId);
    }

    private void noteMembers(GroupRow group) throws SQLException {
        transaction.changedPrincipals(memberIds(group.id(), WriteTransaction.KEYS_MAX + 1));
        if (group.memberCount() == 0) {
            // nobody's rights change, but every change has a key
            transaction.changed(ChangeKeys.principal(group.id()));
        }
    }

    private static void expect(int done, int expected) throws SQLException {
        if (done != expected) {
            throw new SQLException(
                    "expected to change " + expected + " rows, but changed " + done);
        }
    }
}
