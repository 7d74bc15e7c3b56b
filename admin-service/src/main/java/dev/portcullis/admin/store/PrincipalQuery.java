package dev.portcullis.admin.store;

import dev.portcullis.admin.model.GroupReference;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes of rows what a gateway may know of a user: groups and bindings resolved. */
final class PrincipalQuery {
    private PrincipalQuery() {}

    /** The principal with an id, or null when there is none, or no longer. */
    static Principal of(ReadTransaction transaction, String userId) throws SQLException {
        UserRow user = transaction.user(userId);
        if (user == null || user.deleted()) {
            return null;
        }
        List<String> groups = new ArrayList<>();
        for (GroupReference group : transaction.groups().ofUser(userId)) {
            groups.add(group.name());
        }
        return new Principal(
                user.id(), user.name(), user.kind(), user.blocked(), groups,
                roles(transaction.sql, userId));
    }

    /** The highest role on each application, over a user's own bindings and those of groups. */
    private static Map<String, Role> roles(Sql sql, String userId) throws SQLException {
        Map<String, Role> roles = new LinkedHashMap<>();
        for (Given given : sql.list(
                "SELECT application, role FROM bindings WHERE user_id = ? UNION ALL"
                        + " SELECT b.application, b.role FROM memberships m"
                        + " JOIN group_bindings b ON b.group_id = m.group_id WHERE m.user_id = ?",
                row -> new Given(row.getString(1), Words.as(Role.class, row.getString(2))),
                userId, userId)) {
            roles.merge(given.application, given.role,
                    (one, other) -> one.compareTo(other) >= 0 ? one : other);
        }
        return roles;
    }

    private record Given(String application, Role role) {}
}
