package dev.portcullis.admin.store;

import java.sql.SQLException;
import java.util.List;

/**
 * Writes what is kept of exchanges, rotations and imports beside the credentials themselves. None
 * of it alters a verdict, so none takes a revision. As {@link WriteTransaction} for threads.
 */
public final class ExchangeWriter {
    /** In which an exchanged token may be when its time is over. */
    private static final List<String> ENDED_STATES = List.of("live", "revoked");
    /** In the order of an index, which leaves a planner nothing to choose. */
    private static final String PURGE =
            "DELETE FROM credentials WHERE prefix IN (SELECT prefix FROM credentials"
                    + " WHERE kind = 'exchanged_token' AND state = ?"
                    + " AND ends_at < ? ORDER BY ends_at LIMIT ?)";

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
        int purged = 0;
        for (String state : ENDED_STATES) {
            purged += sql.update(PURGE, state, before, limit - purged);
        }
        return purged;
    }
}
