package dev.portcullis.admin.store;

import java.sql.SQLException;

/** Finds out whether anybody can administer. */
final class AdministratorQuery {
    private static final String ON_ALL = ".application = '*' AND b.role = 'admin'";

    /** Users with the role of their own. */
    private static final String OWN =
            "SELECT 1 FROM bindings b JOIN users u ON u.id = b.user_id WHERE b" + ON_ALL;

    /** Users with the role by a group. */
    private static final String BY_GROUP =
            "SELECT 1 FROM group_bindings b JOIN memberships m ON m.group_id = b.group_id"
                    + " JOIN users u ON u.id = m.user_id WHERE b" + ON_ALL;

    /** They are let in, and hold an access token that is good at an instant and lets them act. */
    private static final String CAN_ACT =
            " AND u.blocked = 0 AND u.deleted_at IS NULL AND EXISTS ("
                    + "SELECT 1 FROM credentials c WHERE c.user_id = u.id"
                    + " AND c.kind = 'access_token' AND c.state IN ('live', 'replaced')"
                    + " AND c.ends_at > ? AND c.applications = ''"
                    + " AND (c.max_role IS NULL OR c.max_role = 'admin')) LIMIT 1";

    private AdministratorQuery() {}

    /** Whether a user has the role, of their own or by a group; whether they can act or not. */
    static boolean has(Sql sql, String userId) throws SQLException {
        return sql.exists(OWN + " AND u.id = ? LIMIT 1", userId)
                || sql.exists(BY_GROUP + " AND u.id = ? LIMIT 1", userId);
    }

    /** Whether anybody has the role and can act at an instant. */
    static boolean exists(Sql sql, long nowMillis) throws SQLException {
        return sql.exists(OWN + CAN_ACT, nowMillis) || sql.exists(BY_GROUP + CAN_ACT, nowMillis);
    }
}
