package dev.portcullis.admin.store;

import static dev.portcullis.admin.store.Sql.nullableLong;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads of one snapshot of the database: everything it answers was true at {@link #revision}. Not
 * thread-safe, and of no use when its transaction has ended.
 */
public class ReadTransaction {
    private static final String USER = "SELECT * FROM users WHERE ";
    private static final String CREDENTIAL = "SELECT * FROM credentials WHERE ";
    private static final String IN_ORDER_OF_USERS =
            "(created_revision, id) > (?, ?) ORDER BY created_revision, id LIMIT ?";
    private static final String IN_ORDER_OF_CREDENTIALS =
            "(created_revision, prefix) > (?, ?) ORDER BY created_revision, prefix LIMIT ?";

    final Sql sql;

    ReadTransaction(Sql sql) {
        this.sql = sql;
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

    /**
     * Whether somebody but this user can administer: has the role, is neither blocked nor deleted,
     * and holds an access token that is good at an instant.
     */
    public boolean hasOtherAdministrator(String userId, long nowMillis) throws SQLException {
        return sql.exists(
                "SELECT 1 FROM bindings b JOIN users u ON u.id = b.user_id"
                        + " WHERE b.application = '*' AND b.role = 'admin' AND u.id <> ?"
                        + " AND u.blocked = 0 AND u.deleted_at IS NULL AND EXISTS ("
                        + "SELECT 1 FROM credentials c WHERE c.user_id = u.id"
                        + " AND c.state = 'live' AND c.kind = 'access_token'"
                        + " AND (c.expires_at IS NULL OR c.expires_at > ?)) LIMIT 1",
                userId, nowMillis);
    }

    // -------------------------------------------------------------------------------- bindings

    /** A user's bindings, in the order of the applications' names. */
    public List<Binding> bindings(String userId) throws SQLException {
        return sql.list(
                "SELECT user_id, application, role FROM bindings WHERE user_id = ?"
                        + " ORDER BY application",
                row -> new Binding(row.getString(1), row.getString(2),
                        Words.as(Role.class, row.getString(3))),
                userId);
    }

    /** What a gateway may know of a user, or null when there is none, or no longer. */
    public Principal principal(String userId) throws SQLException {
        UserRow user = user(userId);
        if (user == null || user.deleted()) {
            return null;
        }
        Map<String, Role> roles = new LinkedHashMap<>();
        for (Binding binding : bindings(userId)) {
            roles.put(binding.application(), binding.role());
        }
        return new Principal(
                user.id(), user.name(), user.kind(), user.blocked(), List.of(), roles);
    }

    // ----------------------------------------------------------------------------- credentials

    /** The credential with a prefix, or null. */
    public CredentialRow credential(String prefix) throws SQLException {
        return sql.first(CREDENTIAL + "prefix = ?", ReadTransaction::credentialRow, prefix);
    }

    /** Access tokens in order of creation. */
    public List<CredentialRow> accessTokens(CredentialQuery query) throws SQLException {
        StringBuilder where = new StringBuilder("kind = 'access_token' AND ");
        List<Object> arguments = new ArrayList<>();
        if (query.userId() != null) {
            where.append("user_id = ? AND ");
            arguments.add(query.userId());
        }
        if (query.state() != null) {
            where.append(condition(query.state()));
            if (query.state() == TokenState.LIVE || query.state() == TokenState.EXPIRED) {
                arguments.add(query.nowMillis());
            }
        }
        arguments.addAll(List.of(query.after().revision(), query.after().id(), query.limit()));
        return sql.list(CREDENTIAL + where + IN_ORDER_OF_CREDENTIALS,
                ReadTransaction::credentialRow, arguments.toArray());
    }

    private static String condition(TokenState state) {
        return switch (state) {
            case LIVE -> "state = 'live' AND (expires_at IS NULL OR expires_at > ?) AND ";
            case EXPIRED -> "state = 'live' AND expires_at <= ? AND ";
            case REVOKED -> "state = 'revoked' AND ";
            case REPLACED -> "state = 'replaced' AND ";
        };
    }

    /** Prefixes of a user's credentials that nothing has ended, at most {@code limit}. */
    public List<String> livePrefixes(String userId, int limit) throws SQLException {
        return sql.list(
                "SELECT prefix FROM credentials WHERE user_id = ? AND state = 'live' LIMIT ?",
                row -> row.getString(1), userId, limit);
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
                "SELECT revision, change_key FROM change WHERE revision > ?"
                        + " ORDER BY revision, change_key LIMIT ?",
                row -> new ChangeRow(row.getLong(1), row.getString(2)), revision, rowsMax);
        Map<Long, List<String>> keys = new LinkedHashMap<>();
        for (ChangeRow row : rows) {
            keys.computeIfAbsent(row.revision, unused -> new ArrayList<>()).add(row.key);
        }
        if (rows.size() == rowsMax) {
            // the last revision may have more keys than were read
            keys.remove(rows.get(rowsMax - 1).revision);
        }
        List<Change> changes = new ArrayList<>();
        keys.forEach((at, of) -> changes.add(new Change(at, of)));
        return changes;
    }

    private record ChangeRow(long revision, String key) {}

    // ----------------------------------------------------------------------------------- audit

    /** Audit events behind one, in order. */
    public List<AuditEvent> auditAfter(long seq, int limit) throws SQLException {
        return sql.list("SELECT * FROM audit_event WHERE seq > ? ORDER BY seq LIMIT ?",
                ReadTransaction::auditEvent, seq, limit);
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
                row.getLong("revision"));
    }

    private static CredentialRow credentialRow(ResultSet row) throws SQLException {
        Long expiresAt = nullableLong(row, "expires_at");
        CredentialRecord record = new CredentialRecord(
                TokenPrefix.of(row.getString("prefix")),
                Words.as(CredentialKind.class, row.getString("kind")),
                TokenHash.ofSha256(row.getBytes("hash")),
                row.getString("user_id"),
                Words.as(CredentialState.class, row.getString("state")),
                expiresAt == null ? CredentialRecord.NEVER : expiresAt);
        return new CredentialRow(
                record,
                row.getString("name"),
                row.getLong("created_at"),
                row.getString("created_by"),
                row.getLong("created_revision"),
                nullableLong(row, "revoked_at"),
                nullableLong(row, "last_used_at"),
                row.getString("last_used_from"),
                row.getLong("revision"),
                null, null, row.getString("prefix"), null);
    }

    private static AuditEvent auditEvent(ResultSet row) throws SQLException {
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
