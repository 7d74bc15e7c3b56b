package dev.portcullis.admin.store;

import java.sql.SQLException;

/**
 * The key under which gateways seal what they keep in a shared cache, and which history of the
 * database it belongs to. Of use within its transaction.
 */
public final class CacheKeyTable {
    /**
     * What changes whenever a PostgreSQL database may have become another one: its cluster, the
     * timeline (a restore to a point in time and every promotion of a standby begin one), the
     * database in it, the file of a table that every restore of a dump makes anew, and the start of
     * the server, which a restored disk cannot do without. Any role may ask for all of it.
     */
    private static final String POSTGRES_HISTORY =
            "SELECT (SELECT system_identifier FROM pg_control_system())"
                    + " || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
                    + " || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())"
                    + " || '/' || pg_relation_filenode('head')"
                    + " || '/' || extract(epoch FROM pg_postmaster_start_time())";

    private final Sql sql;

    CacheKeyTable(Sql sql) {
        this.sql = sql;
    }

    /** A key and its name. */
    public record Named(String id, byte[] key) {
        @Override
        public String toString() {
            return "key " + id;
        }
    }

    /** Which history this is; for PostgreSQL alone. */
    public String history() throws SQLException {
        return sql.one(POSTGRES_HISTORY, row -> row.getString(1));
    }

    /** The key, or null when none was made yet. */
    public Named find() throws SQLException {
        return sql.first("SELECT key_id, key FROM cache_key WHERE id = 1",
                row -> new Named(row.getString(1), row.getBytes(2)));
    }

    /** Takes the key away, so that another has to be made; only in a transaction that may write. */
    void end() throws SQLException {
        sql.update("DELETE FROM cache_key WHERE id = 1");
    }

    /**
     * Puts a key in place of the one there is; only in a transaction that may write.
     *
     * @param replaced the name of the key that was found; null: none was. When it is no longer so,
     *     nothing happens
     */
    public void replace(String replaced, Named by) throws SQLException {
        if (replaced == null) {
            sql.update("INSERT INTO cache_key (id, key_id, key) VALUES (1, ?, ?)"
                    + " ON CONFLICT (id) DO NOTHING", by.id(), by.key());
        } else {
            sql.update("UPDATE cache_key SET key_id = ?, key = ? WHERE id = 1 AND key_id = ?",
                    by.id(), by.key(), replaced);
        }
    }
}
