package dev.portcullis.admin.store;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.core.access.UserKind;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The one transaction that writes now. Every write that can change a verdict takes the
 * transaction's revision and notes the key it changes; the transaction does not commit unless an
 * audit event says so too.
 *
 * <p>Not thread-safe, and of no use when its transaction has ended.
 */
public final class WriteTransaction extends ReadTransaction {
    /** The most keys that one revision changes; what would change more falls back to fewer keys. */
    public static final int KEYS_MAX = 1_000;

    static final String CHANGE_BELL = "portcullis_change";
    static final String REPLICA_BELL = "portcullis_replica";

    private static final int AUDIT_TEXT_MAX = 200;

    private final long nowMillis;
    /** Whether another transaction may be writing too. */
    private final boolean beside;
    private final CredentialWriter credentialWriter;
    private final ExchangeWriter exchangeWriter;
    private final Set<String> changedKeys = new LinkedHashSet<>();
    private long revision;
    private int auditEvents;
    private boolean audited;

    WriteTransaction(Sql sql, long nowMillis, boolean beside) {
        super(sql);
        this.nowMillis = nowMillis;
        this.beside = beside;
        this.credentialWriter = new CredentialWriter(this);
        this.exchangeWriter = new ExchangeWriter(this);
    }

    /** The instant of everything that this transaction writes, in milliseconds since the epoch. */
    public long nowMillis() {
        return nowMillis;
    }

    /**
     * The revision of this transaction's change. It is taken from a row that stays locked until
     * commit, so revisions are in commit order.
     */
    public long takeRevision() throws SQLException {
        requireAlone();
        if (revision == 0) {
            revision = sql.one(
                    "UPDATE head SET revision = revision + 1 WHERE id = 1 RETURNING revision",
                    row -> row.getLong(1));
        }
        return revision;
    }

    private void requireAlone() {
        if (beside) {
            throw new IllegalStateException("a change is written by write, not beside it");
        }
    }

    // ----------------------------------------------------------------------------------- users

    /** Makes a user; times and revisions of {@code user} are set here. */
    public UserRow insertUser(UserRow user, String createdBy) throws SQLException {
        UserRow row = new UserRow(
                user.id(), user.name(), user.nameKey(), user.description(), user.kind(), false,
                nowMillis, createdBy, takeRevision(), null, null, takeRevision());
        sql.update(
                "INSERT INTO users (id, name, name_key, description, kind, blocked, created_at,"
                        + " created_by, created_revision, revision)"
                        + " VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
                row.id(), row.name(), row.nameKey(), row.description(), Words.of(row.kind()),
                row.createdAt(), row.createdBy(), row.createdRevision(), row.revision());
        changed(ChangeKeys.principal(row.id()));
        return row;
    }

    /** Gives a user another description. */
    public void setDescription(String userId, String description) throws SQLException {
        sql.expectOne("UPDATE users SET description = ?, revision = ? WHERE id = ?",
                description, takeRevision(), userId);
        changed(ChangeKeys.principal(userId));
    }

    /**
     * Registers a public key in place of an earlier one, or takes it away.
     *
     * @param jwk its JSON; null: none is to be registered
     * @param thumbprint null when {@code jwk} is
     */
    public void setKey(String userId, String jwk, String thumbprint) throws SQLException {
        sql.expectOne("UPDATE users SET jwk = ?, jwk_thumbprint = ?, revision = ? WHERE id = ?",
                jwk, thumbprint, takeRevision(), userId);
        changed(ChangeKeys.principal(userId));
    }

    /** Blocks or unblocks a user. */
    public void setBlocked(String userId, boolean blocked) throws SQLException {
        sql.expectOne("UPDATE users SET blocked = ?, revision = ? WHERE id = ?",
                blocked ? 1 : 0, takeRevision(), userId);
        changed(ChangeKeys.principal(userId));
        if (blocked) {
            endCacheKeyOf(user(userId).kind());
        }
    }

    /**
     * Deletes a user softly, takes them out of their groups and revokes their credentials. Beyond
     * {@link #KEYS_MAX} credentials only the principal is noted as changed: without a principal,
     * nothing is let in either.
     *
     * @return how many credentials were revoked
     */
    public int deleteUser(String userId) throws SQLException {
        List<String> prefixes = credentials().live(userId, nowMillis, KEYS_MAX);
        sql.expectOne("UPDATE users SET deleted_at = ?, revision = ? WHERE id = ?",
                nowMillis, takeRevision(), userId);
        groups().leaveAll(userId);
        int revoked = credentialWriter.revokeAllOf(userId);
        changed(ChangeKeys.principal(userId));
        endCacheKeyOf(user(userId).kind());
        if (prefixes.size() < KEYS_MAX) {
            for (String prefix : prefixes) {
                changed(ChangeKeys.credential(prefix));
            }
        }
        return revoked;
    }

    /**
     * Somebody is shut out. An enrolled gateway was told the key of shared caches, with which
     * records can be made that others believe: so that ends in the same transaction.
     */
    void endCacheKeyOf(UserKind kind) throws SQLException {
        if (kind == UserKind.INTERNAL) {
            cacheKeys().end();
            changed(ChangeKeys.CACHE_KEY);
        }
    }

    // -------------------------------------------------------------------- groups and bindings

    /** Writes groups, memberships and groups' bindings. */
    @Override
    public GroupWriter groups() {
        return new GroupWriter(sql, this);
    }

    /** Gives a user a role on an application, in place of the one they had there. */
    public void putBinding(Binding binding) throws SQLException {
        sql.update(
                "INSERT INTO bindings (user_id, application, role) VALUES (?, ?, ?)"
                        + " ON CONFLICT (user_id, application) DO UPDATE SET role = excluded.role",
                binding.subjectId(), binding.application(), Words.of(binding.role()));
        touchUser(binding.subjectId());
    }

    /** Takes a binding away. */
    public void deleteBinding(String userId, String application) throws SQLException {
        sql.expectOne("DELETE FROM bindings WHERE user_id = ? AND application = ?",
                userId, application);
        touchUser(userId);
    }

    private void touchUser(String userId) throws SQLException {
        sql.expectOne("UPDATE users SET revision = ? WHERE id = ?", takeRevision(), userId);
        changed(ChangeKeys.principal(userId));
    }

    // ----------------------------------------------------------------------------- credentials

    /** Changes credentials. */
    public CredentialWriter credentialWriter() {
        return credentialWriter;
    }

    /** Writes what is kept of exchanges, and of reuse. */
    public ExchangeWriter exchangeWriter() {
        return exchangeWriter;
    }

    /**
     * Notes when a credential was last used, unless a later use is known already. It alters no
     * verdict, so it takes no revision and leaves no audit event.
     */
    void recordUsage(Usage usage) throws SQLException {
        // a gateway's clock may run ahead; an instant to come would hide every real use until then
        long usedAt = Math.min(usage.lastUsedAt(), nowMillis);
        int updated = sql.update(
                "UPDATE credentials SET last_used_at = ?, last_used_from = ? WHERE prefix = ?"
                        + " AND (last_used_at IS NULL OR last_used_at < ?)",
                usedAt, usage.source(), usage.prefix(), usedAt);
        if (updated == 1) {
            sql.update(
                    "UPDATE users SET last_used_at = ? WHERE (last_used_at IS NULL"
                            + " OR last_used_at < ?)"
                            + " AND id = (SELECT user_id FROM credentials WHERE prefix = ?)",
                    usedAt, usedAt, usage.prefix());
            // the use of what was exchanged is the key's use
            sql.update(
                    "UPDATE credentials SET last_used_at = ?, last_used_from = ? WHERE prefix ="
                            + " (SELECT parent FROM credentials WHERE prefix = ?)"
                            + " AND (last_used_at IS NULL OR last_used_at < ?)",
                    usedAt, usage.source(), usage.prefix(), usedAt);
        }
    }

    // ------------------------------------------------------------------------ changes and audit

    /**
     * Notes that what gateways know of users has changed: each, or beyond {@link #KEYS_MAX} keys
     * of this revision, all of them.
     */
    void changedPrincipals(List<String> userIds) throws SQLException {
        if (changedKeys.size() + userIds.size() > KEYS_MAX) {
            changed(ChangeKeys.EVERY_PRINCIPAL);
            return;
        }
        for (String userId : userIds) {
            changed(ChangeKeys.principal(userId));
        }
    }

    /** Notes a key as changed. */
    void changed(String key) throws SQLException {
        if (changedKeys.add(key)) {
            sql.update(
                    "INSERT INTO change (revision, change_key, committed_at) VALUES (?, ?, ?)",
                    takeRevision(), key, nowMillis);
        }
    }

    /** Adds an event to the audit chain. */
    public void audit(Actor actor, AuditEntry entry) throws SQLException {
        append(actor, entry, takeRevision());
        auditEvents++;
    }

    /**
     * Adds an event of something that changed no verdict: it takes no revision, and is of the
     * latest.
     */
    public void auditUnchanged(Actor actor, AuditEntry entry) throws SQLException {
        append(actor, entry, revision());
    }

    private void append(Actor actor, AuditEntry entry, long at) throws SQLException {
        requireAlone();
        audited = true;
        AuditHead head = auditHead();
        Actor shown = new Actor(
                actor.userId(), actor.userName(), null,
                cut(actor.source()), cut(actor.requestId()));
        AuditEvent draft = new AuditEvent(
                head.seq() + 1, at, nowMillis, shown, entry, head.hash(), null);
        byte[] hash = draft.expectedHash();
        sql.update(
                "INSERT INTO audit_event (seq, revision, happened_at, actor_id, actor_name, source,"
                        + " request_id, action, target_kind, target_id, before_state, after_state,"
                        + " previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                draft.seq(), draft.revision(), draft.happenedAt(), shown.userId(),
                shown.userName(), shown.source(), shown.requestId(), entry.action(),
                entry.targetKind(), entry.targetId(), entry.before(), entry.after(),
                head.hash(), hash);
        sql.update("UPDATE head SET audit_seq = ?, audit_hash = ? WHERE id = 1",
                draft.seq(), hash);
    }

    private static String cut(String text) {
        return text.length() <= AUDIT_TEXT_MAX ? text : text.substring(0, AUDIT_TEXT_MAX);
    }

    /**
     * Trims the change log.
     *
     * @param before changes committed before this instant go, in milliseconds since the epoch
     * @param revisionsMax how many revisions to trim at most
     */
    void trimChanges(long before, int revisionsMax) throws SQLException {
        long oldest = sql.one("SELECT coalesce(min(revision), 0) FROM change",
                row -> row.getLong(1));
        // The log may only be cut at one place. Where the clock was set back, instants do not rise
        // with revisions; then the first row that is young enough keeps all behind it.
        Long kept = sql.first(
                "SELECT revision FROM change WHERE committed_at >= ? ORDER BY revision LIMIT 1",
                row -> row.getLong(1), before);
        // the newest stays: by its mark it is known which history of the database this is
        long newest = sql.one("SELECT coalesce(max(revision), 0) FROM change",
                row -> row.getLong(1));
        long upTo = Math.min(
                (kept == null ? newest : kept) - 1, oldest + revisionsMax);
        if (oldest == 0 || upTo < oldest) {
            return;
        }
        sql.update("DELETE FROM change WHERE revision <= ?", upTo);
        sql.update("UPDATE head SET trimmed_to = ? WHERE id = 1", upTo);
    }

    void setLeaseOutstandingMillis(long millis) throws SQLException {
        sql.update("UPDATE head SET lease_outstanding_ms = ? WHERE id = 1", millis);
    }

    /** Whether there is an audit event, be it of a change or not. */
    boolean audited() {
        return audited;
    }

    /** The revision taken, or 0. */
    long revisionTaken() {
        return revision;
    }

    /** Every process that shares the database hears of its replicas when this commits. */
    public void ringReplicas() throws SQLException {
        sql.ring(REPLICA_BELL);
    }

    /**
     * Refuses what would leave gateways or the audit log without word of a change; has other
     * processes told of what there is.
     */
    void complete() throws SQLException {
        if (revision != 0 && (changedKeys.isEmpty() || auditEvents == 0)) {
            throw new IllegalStateException(
                    "a revision needs a changed key and an audit event");
        }
        if (audited) {
            sql.ring(CHANGE_BELL);
        }
    }

    static void expectOneRow(int updated) throws SQLException {
        if (updated != 1) {
            throw new SQLException("expected to change one row, but changed " + updated);
        }
    }
}
