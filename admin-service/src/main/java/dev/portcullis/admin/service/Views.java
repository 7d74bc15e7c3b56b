package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** From rows to what is shown, and from what users write to rows. */
final class Views {
    private Views() {}

    /**
     * The user that an id or name stands for.
     *
     * @throws ServiceException when there is none, or no longer
     */
    static UserRow find(ReadTransaction transaction, String user) throws SQLException {
        Subjects.checkText("user", user);
        UserRow row = transaction.user(user);
        if (row == null) {
            row = transaction.userByNameKey(Names.key(user));
        }
        if (row == null || row.deleted()) {
            throw ServiceException.notFound("user");
        }
        return row;
    }

    static User user(ReadTransaction transaction, UserRow row) throws SQLException {
        return new User(
                row.id(),
                row.name(),
                row.description(),
                row.kind(),
                row.blocked(),
                Instant.ofEpochMilli(row.createdAt()),
                row.createdBy(),
                instant(row.lastUsedAt()),
                transaction.bindings(row.id()),
                transaction.groups().ofUser(row.id()),
                row.keyThumbprint() == null ? "" : row.keyThumbprint(),
                row.revision());
    }

    static Token token(CredentialRow row, long nowMillis) {
        CredentialRecord record = row.record();
        long expiresAt = record.expiresAtMillis();
        return new Token(
                row.id(),
                record.kind(),
                row.name(),
                record.userId(),
                state(record, nowMillis),
                Instant.ofEpochMilli(row.createdAt()),
                row.createdBy(),
                expiresAt == CredentialRecord.NEVER ? null : Instant.ofEpochMilli(expiresAt),
                instant(row.revokedAt()),
                instant(row.lastUsedAt()),
                row.lastUsedFrom(),
                record.restrictions(),
                record.replacedAtMillis() == CredentialRecord.NEVER
                        ? null
                        : Instant.ofEpochMilli(record.replacedAtMillis()),
                row.replaces(),
                row.replacedBy(),
                row.family(),
                row.rotateBefore() == null ? null : Duration.ofMillis(row.rotateBefore()),
                record.hash().algorithm(),
                record.hash().pepperId(),
                record.parent() == null ? null : record.parent().toString());
    }

    private static TokenState state(CredentialRecord record, long nowMillis) {
        if (record.state() == CredentialState.REVOKED) {
            return TokenState.REVOKED;
        }
        if (record.replacedAt(nowMillis)) {
            return TokenState.REPLACED;
        }
        return record.expiredAt(nowMillis) ? TokenState.EXPIRED : TokenState.LIVE;
    }

    private static Instant instant(Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
