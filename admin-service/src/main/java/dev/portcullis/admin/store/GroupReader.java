package dev.portcullis.admin.store;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.admin.model.Member;
import dev.portcullis.core.access.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Reads groups, memberships and groups' bindings. As {@link ReadTransaction}, whose it is. */
public class GroupReader {
    private static final String GROUP = "SELECT id, name, name_key, created_at, created_by,"
            + " created_revision, member_count, revision FROM groups WHERE ";
    private static final String BINDING = "SELECT group_id, application, role FROM group_bindings";

    final Sql sql;

    GroupReader(Sql sql) {
        this.sql = sql;
    }

    /** The group with an id, or null. */
    public GroupRow group(String id) throws SQLException {
        return sql.first(GROUP + "id = ?", GroupReader::groupRow, id);
    }

    /** The group with a name, or null. */
    public GroupRow groupByNameKey(String nameKey) throws SQLException {
        return sql.first(GROUP + "name_key = ?", GroupReader::groupRow, nameKey);
    }

    /**
     * Groups in the order of their names.
     *
     * @param afterNameKey what stands behind it comes next; empty: from the first on
     */
    public List<GroupRow> groups(String afterNameKey, int limit) throws SQLException {
        return sql.list(GROUP + "name_key > ? ORDER BY name_key LIMIT ?", GroupReader::groupRow,
                afterNameKey, limit);
    }

    /** Those of these groups that there are; their number is bounded by the caller. */
    public List<GroupRow> groupsAmong(List<String> ids, List<String> nameKeys)
            throws SQLException {
        return sql.list(
                GROUP + "id IN (" + Sql.places(ids.size()) + ") OR name_key IN ("
                        + Sql.places(nameKeys.size()) + ")",
                GroupReader::groupRow, Sql.join(ids, nameKeys));
    }

    /** The groups that a user is in, in the order of their names. */
    public List<GroupReference> ofUser(String userId) throws SQLException {
        return sql.list(
                "SELECT g.id, g.name FROM memberships m JOIN groups g ON g.id = m.group_id"
                        + " WHERE m.user_id = ? ORDER BY g.name_key",
                row -> new GroupReference(row.getString(1), row.getString(2)), userId);
    }

    /** A member of a group, and the user's place in the order of creation. */
    public record MemberRow(Member member, Cursor cursor) {}

    /** Members of a group, in the order of the users' creation. */
    public List<MemberRow> members(String groupId, Cursor after, int limit) throws SQLException {
        return sql.list(
                "SELECT m.user_id, u.name, m.user_created_revision FROM memberships m"
                        + " JOIN users u ON u.id = m.user_id WHERE m.group_id = ?"
                        + " AND (m.user_created_revision, m.user_id) > (?, ?)"
                        + " ORDER BY m.user_created_revision, m.user_id LIMIT ?",
                row -> new MemberRow(
                        new Member(row.getString(1), row.getString(2)),
                        new Cursor(row.getLong(3), row.getString(1))),
                groupId, after.revision(), after.id(), limit);
    }

    /** Ids of a group's members, in the order of the users' creation. */
    public List<String> memberIds(String groupId, int limit) throws SQLException {
        return sql.list(
                "SELECT user_id FROM memberships WHERE group_id = ?"
                        + " ORDER BY user_created_revision, user_id LIMIT ?",
                row -> row.getString(1), groupId, limit);
    }

    /** Ids of some of a group's members who are none of these users. */
    public List<String> othersThan(String groupId, List<String> userIds, int limit)
            throws SQLException {
        return sql.list(
                "SELECT user_id FROM memberships WHERE group_id = ? AND user_id NOT IN ("
                        + Sql.places(userIds.size()) + ")"
                        + " ORDER BY user_created_revision, user_id LIMIT " + limit,
                row -> row.getString(1), Sql.join(List.of(groupId), userIds));
    }

    /** Which of these users are in a group; their number is bounded by the caller. */
    public List<String> membersAmong(String groupId, List<String> userIds) throws SQLException {
        return sql.list(
                "SELECT user_id FROM memberships WHERE group_id = ? AND user_id IN ("
                        + Sql.places(userIds.size()) + ")",
                row -> row.getString(1), Sql.join(List.of(groupId), userIds));
    }

    /** The name of one of these users who is in more groups than that, or null. */
    public String userInMoreGroups(List<String> userIds, int groupsMax) throws SQLException {
        return sql.first(
                "SELECT u.name FROM users u WHERE u.id IN (" + Sql.places(userIds.size())
                        + ") AND (SELECT count(*) FROM memberships m WHERE m.user_id = u.id) > ?"
                        + " LIMIT 1",
                row -> row.getString(1), Sql.join(userIds, List.of(groupsMax)));
    }

    /** Whether one of these groups gives a role on an application. */
    public boolean anyGives(List<String> groupIds, String application, Role role)
            throws SQLException {
        return sql.exists(
                "SELECT 1 FROM group_bindings WHERE group_id IN (" + Sql.places(groupIds.size())
                        + ") AND application = ? AND role = ? LIMIT 1",
                Sql.join(groupIds, List.of(application, Words.of(role))));
    }

    /** A group's bindings, in the order of the applications' names. */
    public List<Binding> bindings(String groupId) throws SQLException {
        return sql.list(BINDING + " WHERE group_id = ? ORDER BY application",
                GroupReader::binding, groupId);
    }

    /** A group's binding for an application, or null. */
    public Binding binding(String groupId, String application) throws SQLException {
        return sql.first(BINDING + " WHERE group_id = ? AND application = ?",
                GroupReader::binding, groupId, application);
    }

    /** A binding of a group that a user is in. */
    public record Inherited(GroupReference group, Binding binding) {}

    /** What a user has by groups on an application, or on all; in no order. */
    public List<Inherited> inherited(String userId, String application) throws SQLException {
        return sql.list(
                "SELECT b.group_id, b.application, b.role, g.name FROM memberships m"
                        + " JOIN group_bindings b ON b.group_id = m.group_id"
                        + " JOIN groups g ON g.id = m.group_id"
                        + " WHERE m.user_id = ? AND b.application IN (?, '*')",
                row -> new Inherited(
                        new GroupReference(row.getString(1), row.getString(4)), binding(row)),
                userId, application);
    }

    private static Binding binding(ResultSet row) throws SQLException {
        return new Binding(row.getString(1), row.getString(2),
                Words.as(Role.class, row.getString(3)));
    }

    private static GroupRow groupRow(ResultSet row) throws SQLException {
        return new GroupRow(
                row.getString("id"),
                row.getString("name"),
                row.getString("name_key"),
                row.getLong("created_at"),
                row.getString("created_by"),
                row.getLong("created_revision"),
                row.getLong("member_count"),
                row.getLong("revision"));
    }
}
