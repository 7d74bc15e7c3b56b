package dev.portcullis.admin.store;

import java.sql.SQLException;

/** Which applications bindings are about. */
final class ApplicationQuery {
    private ApplicationQuery() {}

    /** Whether any binding is about an application. */
    static boolean isBound(Sql sql, String application) throws SQLException {
        return sql.exists("SELECT 1 FROM bindings WHERE application = ? LIMIT 1", application)
                || sql.exists(
                        "SELECT 1 FROM group_bindings WHERE application = ? LIMIT 1", application);
    }

    /** How many applications bindings are about, at most {@code limit}. */
    static int count(Sql sql, int limit) throws SQLException {
        // steps from name to name along the indexes, so that the number of bindings costs nothing
        return sql.one(
                "WITH RECURSIVE"
                        + " own(name) AS (SELECT min(application) FROM bindings UNION ALL"
                        + " SELECT (SELECT min(application) FROM bindings"
                        + " WHERE application > own.name) FROM own WHERE own.name IS NOT NULL),"
                        + " by_group(name) AS (SELECT min(application) FROM group_bindings"
                        + " UNION ALL SELECT (SELECT min(application) FROM group_bindings"
                        + " WHERE application > by_group.name)"
                        + " FROM by_group WHERE by_group.name IS NOT NULL)"
                        + " SELECT count(*) FROM (SELECT name FROM own WHERE name IS NOT NULL"
                        + " UNION SELECT name FROM by_group WHERE name IS NOT NULL LIMIT ?)"
                        + " AS counted",
                row -> row.getInt(1), limit);
    }
}
