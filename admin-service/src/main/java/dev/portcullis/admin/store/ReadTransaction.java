package dev.portcullis.admin.store;

import static dev.portcullis.admin.store.Sql.nullableLong;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads of one snapshot of the database: everything it answers was true at {@link #revision}. Not
 * thread-safe, and of no use when its transaction has ended.
 */
public class ReadTransaction {
    /** By name: a column that a newer program adds makes no prepared statement invalid. */
    private static final String USER = "SELECT id, name, name_key, description, kind, blocked,"
            + " created_at, created_by, created_revision, deleted_at, last_used_at, revision,"
            + " jwk_thumbprint FROM users WHERE ";
    private static final String IN_ORDER_OF_USERS =
            "(created_revision, id) > (?, ?) ORDER BY created_revision, id LIMIT ?";

    final Sql sql;
    private final CredentialTable credentials;
    private final ExchangeTable exchanges;

    ReadTransaction(Sql sql) {
        this.sql = sql;
        this.credentials = new CredentialTable(sql);
        this.exchanges = new ExchangeTable(sql);
    }

    /** The revision of the snapshot. */
    public long revision() throws SQLException {
        return sql.one("SELECT revision FROM head", row -> row.getLong(1));
    }

    // ----------------------------------------------------------------------------------- users

    /** The user with an id, deleted or not, or null. */
    public UserRow user(String id) throws SQLException {
        return sql.first(USER + "id = ?", ReadTransaction::userRow, id);
    }

    /** The user with a name, deleted or not, or null. */
    public UserRow userByNameKey(String nameKey) throws SQLException {
        return sql.first(USER + "name_key = ?", ReadTransaction::userRow, nameKey);
    }

    /** Whether there is or ever was a user. */
    public boolean hasUsers() throws SQLException {
        return sql.exists("SELECT 1 FROM users LIMIT 1");
    }

    /**
     * Users who are not deleted, in order of creation.
     *
     * @param kind only this kind, or null for all
     */
    public List<UserRow> users(UserKind kind, Cursor after, int limit) throws SQLException {
        String live = USER + "deleted_at IS NULL AND ";
        return kind == null
                ? sql.list(live + IN_ORDER_OF_USERS, ReadTransaction::userRow,
                        after.revision(), after.id(), limit)
                : sql.list(live + "kind = ? AND " + IN_ORDER_OF_USERS, ReadTransaction::userRow,
                        Words.of(kind), after.revision(), after.id(), limit);
    }

    /** Those of these users who there are, deleted or not; the caller bounds their number. */
    public List<UserRow> usersAmong(List<String> ids, List<String> nameKeys) throws SQLException {
        List<UserRow> rows = new ArrayList<>(sql.list(
                USER + "id IN (" + Sql.places(ids.size()) + ")", ReadTransaction::userRow,
                ids.toArray()));
        rows.addAll(sql.list(
                USER + "name_key IN (" + Sql.places(nameKeys.size()) + ")",
                ReadTransaction::userRow, nameKeys.toArray()));
        return rows;
    }

    /** A user's registered public key (JWK), or null. */
    public String userKey(String userId) throws SQLException {
        return sql.first("SELECT jwk FROM users WHERE id = ?", row -> row.getString(1), userId);
    }

    /** Whether a user has the role admin on all applications, of their own or by a group. */
    public boolean isAdministrator(String userId) throws SQLException {
        return AdministratorQuery.has(sql, userId);
    }

    /**
     * Whether anybody can administer: has the role, of their own or by a group, is neither blocked
     * nor deleted, and holds an access token that is good at an instant
     * and lets them.
     */
    public boolean hasAdministrator(long nowMillis) throws SQLException {
        return AdministratorQuery.exists(sql, nowMillis);
    }

    // -------------------------------------------------------------------- groups and bindings

    /** Reads groups, memberships and groups' bindings. */
    public GroupReader groups() {
        return new GroupReader(sql);
    }

    /** A user's bindings, in the order of the applications' names. */
    public List<Binding> bindings(String userId) throws SQLException {
        return sql.list(
                "SELECT user_id, application, role FROM bindings WHERE user_id = ?"
                        + " ORDER BY application",
                ReadTransaction::binding, userId);
    }

    /** A user's own binding for an application, or null. */
    public Binding binding(String userId, String application) throws SQLException {
        return sql.first(
                "SELECT user_id, application, role FROM bindings"
                        + " WHERE user_id = ? AND application = ?",
                ReadTransaction::binding, userId, application);
    }

    private static Binding binding(ResultSet row) throws SQLException {
        return new Binding(row.getString(1), row.getString(2),
                Words.as(Role.class, row.getString(3)));
    }

    /** Whether any binding is about an application. */
    public boolean isBound(String application) throws SQLException {
        return ApplicationQuery.isBound(sql, application);
    }

    /** How many applications bindings are about, at most {@code limit}. */
    public int applications(int limit) throws SQLException {
        return ApplicationQuery.count(sql, limit);
    }

    /** What a gateway may know of a user, or null when there is none, or no longer. */
    public Principal principal(String userId) throws SQLException {
        return PrincipalQuery.of(this, userId);
    }

    // ----------------------------------------------------------------------------- credentials

    /** The credential with a prefix, or null. */
    public CredentialRow credential(String prefix) throws SQLException {
        return credentials.find(prefix);
    }

    /** What else there is to know of credentials. */
    public CredentialTable credentials() {
        return credentials;
    }

    /** The key of shared caches. */
    public CacheKeyTable cacheKeys() {
        return new CacheKeyTable(sql);
    }

    /** What there is to know of exchanges and of reuse. */
    public ExchangeTable exchanges() {
        return exchanges;
    }

    // --------------------------------------------------------------------------------- changes

    /** Changes up to this revision are no longer kept. */
    public long trimmedTo() throws SQLException {
        return sql.one("SELECT trimmed_to FROM head", row -> row.getLong(1));
    }

    /**
     * The changes behind a revision, in revision order, whole revisions only.
     *
     * @param rowsMax how many keys to read at most; at least the most keys of one revision
     */
    public List<Change> changesAfter(long revision, int rowsMax) throws SQLException {
        List<ChangeRow> rows = sql.list(
                "SELECT revision, change_key, committed_at FROM change WHERE revision > ?"
                        + " ORDER BY revision, change_key LIMIT ?",
                row -> new ChangeRow(row.getLong(1), row.getString(2), row.getLong(3)),
                revision, rowsMax);
        Map<Long, List<String>> keys = new LinkedHashMap<>();
        Map<Long, Long> instants = new HashMap<>();
        for (ChangeRow row : rows) {
            keys.computeIfAbsent(row.revision, unused -> new ArrayList<>()).add(row.key);
            instants.put(row.revision, row.committedAt);
        }
        if (rows.size() == rowsMax) {
            // the last revision may have more keys than were read
            keys.remove(rows.get(rowsMax - 1).revision);
        }
        List<Change> changes = new ArrayList<>();
        keys.forEach((at, of) -> changes.add(Change.of(at, of, instants.get(at))));
        return changes;
    }

    private record ChangeRow(long revision, String key, long committedAt) {}

    /**
     * The {@link Change#mark} of a revision; 0 when its change is not kept (any more), or not
     * reached.
     */
    public long mark(long revision) throws SQLException {
        List<ChangeRow> rows = sql.list(
                "SELECT revision, change_key, committed_at FROM change WHERE revision = ?"
                        + " ORDER BY change_key",
                row -> new ChangeRow(row.getLong(1), row.getString(2), row.getLong(3)),
                revision);
        return rows.isEmpty() ? 0 : Change.of(
                revision, rows.stream().map(ChangeRow::key).toList(),
                rows.get(0).committedAt).mark();
    }

    // ----------------------------------------------------------------------------------- audit

    /** Audit events behind one, in order. */
    public List<AuditEvent> auditAfter(long seq, int limit) throws SQLException {
        return sql.list(AuditTable.EVENT + " FROM audit_event WHERE seq > ? ORDER BY seq LIMIT ?",
                ReadTransaction::auditEvent, seq, limit);
    }

    /** The audit log by filter. */
    public AuditTable auditTable() {
        return new AuditTable(sql);
    }

    AuditHead auditHead() throws SQLException {
        return sql.one("SELECT audit_seq, audit_hash FROM head",
                row -> new AuditHead(row.getLong(1), row.getBytes(2)));
    }

    /** Number and hash of the latest audit event. */
    record AuditHead(long seq, byte[] hash) {}

    // ---------------------------------------------------------------------------------- leases

    /** For how long from now a gateway of another process may hold a lease, in ms; 0: none does. */
    public long leaseOutstandingMillis() throws SQLException {
        return sql.one("SELECT lease_outstanding_ms FROM head", row -> row.getLong(1));
    }

    // ------------------------------------------------------------------------------------ rows

    private static UserRow userRow(ResultSet row) throws SQLException {
        return new UserRow(
                row.getString("id"),
                row.getString("name"),
                row.getString("name_key"),
                row.getString("description"),
                Words.as(UserKind.class, row.getString("kind")),
                row.getInt("blocked") != 0,
                row.getLong("created_at"),
                row.getString("created_by"),
                row.getLong("created_revision"),
                nullableLong(row, "deleted_at"),
                nullableLong(row, "last_used_at"),
                row.getLong("revision"),
                row.getString("jwk_thumbprint"));
    }

    static AuditEvent auditEvent(ResultSet row) throws SQLException {
        Actor actor = new Actor(
                row.getString("actor_id"),
                row.getString("actor_name"),
                null,
                row.getString("source"),
                row.getString("request_id"));
        AuditEntry entry = new AuditEntry(
                row.getString("action"),
                row.getString("target_kind"),
                row.getString("target_id"),
                row.getString("before_state"),
                row.getString("after_state"));
        return new AuditEvent(
                row.getLong("seq"),
                row.getLong("revision"),
                row.getLong("happened_at"),
                actor,
                entry,
                row.getBytes("previous_hash"),
                row.getBytes("hash"));
    }
}
