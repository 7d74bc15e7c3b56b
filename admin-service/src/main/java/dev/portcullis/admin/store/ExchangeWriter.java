package dev.portcullis.admin.store;

import java.sql.SQLException;

/**
 * Writes what is kept of exchanges, rotations and imports beside the credentials themselves. None
 * of it alters a verdict, so none takes a revision. As {@link WriteTransaction} for threads.
 */
public final class ExchangeWriter {
    private final WriteTransaction transaction;
    private final Sql sql;

    ExchangeWriter(WriteTransaction transaction) {
        this.transaction = transaction;
        this.sql = transaction.sql;
    }

    /** Notes that a replaced credential came back; once for each. */
    public void noteReuse(String prefix) throws SQLException {
        sql.update("INSERT INTO reuse (prefix, detected_at) VALUES (?, ?)",
                prefix, transaction.nowMillis());
    }

    /**
     * Gives a credential that was made in this transaction the past it had elsewhere. Instants are
     * milliseconds since the epoch, and not to come.
     *
     * @param lastUsedAt from an address that nobody has told of; null: never
     */
    public void setPast(String prefix, long createdAt, Long lastUsedAt) throws SQLException {
        WriteTransaction.expectOneRow(sql.update(
                "UPDATE credentials SET created_at = ?, last_used_at = ?, last_used_from = ?"
                        + " WHERE prefix = ?",
                createdAt, lastUsedAt, lastUsedAt == null ? null : "", prefix));
        if (lastUsedAt != null) {
            sql.update("UPDATE users SET last_used_at = ? WHERE id ="
                            + " (SELECT user_id FROM credentials WHERE prefix = ?)"
                            + " AND (last_used_at IS NULL OR last_used_at < ?)",
                    lastUsedAt, prefix, lastUsedAt);
        }
    }

    /**
     * Deletes exchanged tokens that expired before an instant. Why this may be done without telling
     * gateways stands in docs/propagation.md.
     *
     * @param before milliseconds since the epoch
     * @param limit the most to delete
     * @return how many were deleted
     */
    int purge(long before, int limit) throws SQLException {
        return sql.update(
                "DELETE FROM credentials WHERE prefix IN (SELECT prefix FROM credentials"
                        + " WHERE kind = 'exchanged_token' AND state IN ('live', 'revoked')"
                        + " AND ends_at < ? LIMIT ?)",
                before, limit);
    }
}
