package dev.portcullis.admin.store;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.TokenHash;
import dev.portcullis.core.verify.CredentialRecord;
import java.sql.SQLException;
import java.util.stream.Collectors;

/**
 * Writes credentials in its transaction, with the revision and the changed key that each write
 * needs. As {@link WriteTransaction} for threads.
 */
public final class CredentialWriter {
    private static final String NOT_REVOKED = "state IN ('live', 'replaced')";

    private final WriteTransaction transaction;
    private final Sql sql;

    CredentialWriter(WriteTransaction transaction) {
        this.transaction = transaction;
        this.sql = transaction.sql;
    }

    /** Makes a credential. Where it replaces another, that one is for the caller to replace. */
    public CredentialRow insert(NewCredential made) throws SQLException {
        CredentialRecord record = made.record();
        TokenHash hash = record.hash();
        Restrictions limits = record.restrictions();
        String prefix = record.prefix().toString();
        String replaces = made.replaces() == null ? null : made.replaces().id();
        long now = transaction.nowMillis();
        long at = transaction.takeRevision();
        sql.update(
                "INSERT INTO credentials (prefix, kind, name, user_id, hash_algorithm, pepper_id,"
                        + " hash, state, created_at, created_by, created_revision, expires_at,"
                        + " max_role, applications, cidrs, certificates, replaces, family,"
                        + " rotate_before, parent, revision)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                prefix, Words.of(record.kind()), made.name(), record.userId(),
                CredentialTable.word(hash.algorithm()), hash.pepperId(), hash.octets(),
                Words.of(record.state()), now, made.createdBy(), at,
                orNull(record.expiresAtMillis()),
                limits.maxRole() == null ? null : Words.of(limits.maxRole()),
                limits.applications().stream().sorted().collect(Collectors.joining(" ")),
                limits.cidrs().stream().map(Cidr::toString).collect(Collectors.joining(" ")),
                String.join(" ", limits.sortedCertificates()),
                replaces, made.family(), made.rotateBefore(),
                record.parent() == null ? null : record.parent().toString(), at);
        // a change too: it kills a negative entry that an early attempt may have left
        transaction.changed(ChangeKeys.credential(prefix));
        return new CredentialRow(
                record, made.name(), now, made.createdBy(), at, null, null, null, at,
                replaces, null, made.family(), made.rotateBefore());
    }

    /** Revokes a credential. */
    public void revoke(String prefix) throws SQLException {
        update(prefix, "state = 'revoked', revoked_at = ?", transaction.nowMillis());
        endCacheKeyOf(prefix);
    }

    /**
     * Makes a live credential expire, at an instant that is now or past, in milliseconds since the
     * epoch. One in the overlap of its rotation then never comes to be replaced.
     */
    public void expireAt(String prefix, long millis) throws SQLException {
        update(prefix,
                "state = 'live', replaced_at = NULL, rotate_before = NULL, expires_at = ?",
                millis);
        endCacheKeyOf(prefix);
    }

    /**
     * Puts another credential in the place of one that is live.
     *
     * @param replacedAt until when it goes on working, in milliseconds since the epoch; not past
     *     its expiry
     */
    public void replace(String prefix, String successor, long replacedAt) throws SQLException {
        update(prefix, "state = 'replaced', replaced_by = ?, replaced_at = ?",
                successor, replacedAt);
        endCacheKeyOf(prefix);
    }

    /** A credential has ended or will; it may be that of an enrolment. */
    private void endCacheKeyOf(String prefix) throws SQLException {
        String kind = sql.first(
                "SELECT kind FROM users WHERE id ="
                        + " (SELECT user_id FROM credentials WHERE prefix = ?)",
                row -> row.getString(1), prefix);
        if (kind != null) {
            transaction.endCacheKeyOf(Words.as(UserKind.class, kind));
        }
    }

    /** A credential is not rotated automatically any more. */
    public void stopRotation(String prefix) throws SQLException {
        update(prefix, "rotate_before = NULL");
    }

    /**
     * Keeps what automatic rotation made for the holder of the old token.
     *
     * @param jwe the whole new token, readable with its user's key alone
     */
    public void seal(String successor, String replaced, String jwe) throws SQLException {
        sql.update("INSERT INTO sealed_token (successor, replaced, jwe) VALUES (?, ?, ?)",
                successor, replaced, jwe);
    }

    /**
     * Revokes all credentials of a user.
     *
     * @return how many were not revoked before
     */
    int revokeAllOf(String userId) throws SQLException {
        return sql.update(
                "UPDATE credentials SET state = 'revoked', revoked_at = ?, revision = ?"
                        + " WHERE user_id = ?"
                        + " AND kind IN ('access_token', 'api_key', 'exchanged_token') AND "
                        + NOT_REVOKED,
                transaction.nowMillis(), transaction.takeRevision(), userId);
    }

    private void update(String prefix, String assignments, Object... values) throws SQLException {
        Object[] arguments = new Object[values.length + 2];
        System.arraycopy(values, 0, arguments, 0, values.length);
        arguments[values.length] = transaction.takeRevision();
        arguments[values.length + 1] = prefix;
        WriteTransaction.expectOneRow(sql.update(
                "UPDATE credentials SET " + assignments + ", revision = ? WHERE prefix = ?",
                arguments));
        transaction.changed(ChangeKeys.credential(prefix));
    }

    private static Long orNull(long millis) {
        return millis == CredentialRecord.NEVER ? null : (Long) millis;
    }
}
