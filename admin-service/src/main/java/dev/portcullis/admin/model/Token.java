package dev.portcullis.admin.model;

import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.HashAlgorithm;
import java.time.Duration;
import java.time.Instant;

/**
 * An access token, an API key or an exchanged token as it may be shown: nothing of its secret.
 *
 * @param id the credential's prefix
 * @param state as of the instant it was read
 * @param expiresAt null: never
 * @param revokedAt null: it was not revoked
 * @param lastUsedAt null: never used
 * @param lastUsedFrom the client's address at its last use; null: never used
 * @param replacedAt it works until then, and is {@code REPLACED} from then on; null: not rotated
 * @param replaces id of the one it was rotated from; null: none
 * @param replacedBy id of the one it was rotated to; null: none
 * @param family id of the first of all that were rotated from one another
 * @param rotateBefore how long before its expiry it is rotated automatically; null: it is not
 * @param pepperId null unless the algorithm takes a pepper
 * @param parent id of the API key it was exchanged from; null: it was not
 */
public record Token(
        String id,
        CredentialKind kind,
        String name,
        String userId,
        TokenState state,
        Instant createdAt,
        String createdBy,
        Instant expiresAt,
        Instant revokedAt,
        Instant lastUsedAt,
        String lastUsedFrom,
        Restrictions restrictions,
        Instant replacedAt,
        String replaces,
        String replacedBy,
        String family,
        Duration rotateBefore,
        HashAlgorithm algorithm,
        String pepperId,
        String parent) {}
