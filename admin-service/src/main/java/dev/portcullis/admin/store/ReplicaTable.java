package dev.portcullis.admin.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * The rows of replicas in a shared database. Each write is one statement, so that its lock is held
 * for one way to the database and back, and rings a bell of every process.
 */
public final class ReplicaTable implements ReplicaRows {
    private static final String RENEW = "WITH renewed AS ("
            + "UPDATE replica SET version = version + 1, acked_revision = ?,"
            + " gateways = coalesce(?, gateways) WHERE id = ? AND incarnation = ? RETURNING id)"
            + " SELECT head.revision, pg_notify(?, '') FROM renewed, head";
    // Without waiting for the disk: what a crash takes back here was only too little told. It is
    // no renewal, on which leases rest.
    private static final String ACKNOWLEDGE = "WITH acknowledged AS ("
            + "UPDATE replica SET acked_revision = ? WHERE id = ? AND incarnation = ?"
            + " RETURNING id)"
            + " SELECT pg_notify(?, ''), set_config('synchronous_commit', 'off', true)"
            + " FROM acknowledged";
    // A row that is being renewed is left alone: its replica lives, or its connection will end.
    private static final String DELETE = "WITH lapsed AS ("
            + "SELECT id FROM replica WHERE id = ? AND incarnation = ? AND version = ?"
            + " FOR UPDATE SKIP LOCKED),"
            + " deleted AS (DELETE FROM replica USING lapsed WHERE replica.id = lapsed.id"
            + " RETURNING replica.id)"
            + " SELECT pg_notify(?, '') FROM deleted";
    private static final String READ =
            "SELECT id, incarnation, version, lease_ms, acked_revision, software";

    private final Store store;

    /** The rows in a database that {@linkplain Store#isShared is shared}. */
    public ReplicaTable(Store store) {
        this.store = store;
    }

    @Override
    public void insert(ReplicaRow row) {
        store.writeBeside(transaction -> {
            transaction.sql.update(
                    "INSERT INTO replica (id, incarnation, version, lease_ms, acked_revision,"
                            + " gateways, software) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    row.id(), row.incarnation(), row.version(), row.leaseMillis(),
                    row.ackedRevision(), row.gateways(), row.software());
            transaction.ringReplicas();
            return null;
        });
    }

    @Override
    public long renew(ReplicaRow row) {
        Long revision = store.writeBeside(transaction -> transaction.sql.first(
                RENEW, found -> found.getLong(1),
                row.ackedRevision(), row.gateways(), row.id(), row.incarnation(),
                WriteTransaction.REPLICA_BELL));
        return revision == null ? -1 : revision;
    }

    @Override
    public void acknowledge(ReplicaRow row) {
        store.writeBeside(transaction -> transaction.sql.exists(
                ACKNOWLEDGE,
                row.ackedRevision(), row.id(), row.incarnation(), WriteTransaction.REPLICA_BELL));
    }

    @Override
    public List<ReplicaRow> read(boolean withGateways) {
        String gateways = withGateways
                ? ", CASE WHEN length(gateways) <= " + GATEWAYS_CHARS_MAX
                        + " THEN gateways ELSE '' END AS gateways"
                : ", NULL AS gateways";
        return store.read(transaction -> transaction.sql.list(
                READ + gateways + " FROM replica", ReplicaTable::row));
    }

    private static ReplicaRow row(ResultSet row) throws SQLException {
        return new ReplicaRow(
                row.getString("id"), row.getString("incarnation"), row.getLong("version"),
                row.getLong("lease_ms"), row.getLong("acked_revision"),
                row.getString("gateways"), row.getString("software"));
    }

    @Override
    public boolean delete(ReplicaRow row) {
        return store.writeBeside(transaction -> transaction.sql.exists(
                DELETE,
                row.id(), row.incarnation(), row.version(), WriteTransaction.REPLICA_BELL));
    }
}
