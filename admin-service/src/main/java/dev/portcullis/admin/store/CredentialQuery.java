package dev.portcullis.admin.store;

import dev.portcullis.admin.model.TokenState;
import dev.portcullis.core.token.CredentialKind;

/**
 * Which credentials to read. Instants are milliseconds since the epoch.
 *
 * @param kind only this kind
 * @param userId only this user's; null: all users'
 * @param state only in this state at {@code nowMillis}; null: all
 * @param endsBefore only what time ends before that instant; null: all
 * @param usedBefore only what was last used before that instant, or never; null: all
 * @param after of the order that these filters have
 * @param limit the most to read
 */
public record CredentialQuery(
        CredentialKind kind,
        String userId,
        TokenState state,
        Long endsBefore,
        Long usedBefore,
        long nowMillis,
        Cursor after,
        int limit) {

    /** The order of the list, in which an index finds the page. */
    public CredentialOrder order() {
        if (usedBefore != null) {
            return CredentialOrder.USE;
        }
        boolean ofTime = state != null && state != TokenState.REVOKED;
        return ofTime || endsBefore != null ? CredentialOrder.END : CredentialOrder.CREATION;
    }

    /** The place of a credential in this list. */
    public Cursor cursor(CredentialRow row) {
        return switch (order()) {
            case CREATION -> new Cursor(row.createdRevision(), row.id());
            case END -> new Cursor(row.endsAt(), row.id());
            case USE -> new Cursor(row.lastUsedAt() == null ? 0 : row.lastUsedAt(), row.id());
        };
    }
}
