package dev.portcullis.admin.store;

import java.sql.SQLException;

/**
 * Reads what is kept of exchanges and rotations beside the credentials themselves, in its
 * transaction; of no use when that has ended.
 */
public final class ExchangeTable {
    private final Sql sql;

    ExchangeTable(Sql sql) {
        this.sql = sql;
    }

    /**
     * How many tokens exchanged from a key nothing has ended by an instant.
     *
     * @param nowMillis milliseconds since the epoch
     * @param limit where counting stops
     */
    public int countLive(String key, long nowMillis, int limit) throws SQLException {
        return sql.one(
                "SELECT count(*) FROM (SELECT 1 FROM credentials WHERE parent = ?"
                        + " AND state = 'live' AND ends_at > ? LIMIT ?)"
                        + " AS counted",
                row -> row.getInt(1), key, nowMillis, limit);
    }

    /** Whether it is known that a replaced credential came back. */
    public boolean isReuseNoted(String prefix) throws SQLException {
        return sql.exists("SELECT 1 FROM reuse WHERE prefix = ?", prefix);
    }
}
