package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;

/**
 * Whether an actor whose call goes on for long may still read: what let them in when they called
 * may have been revoked, have expired or have been taken away since.
 */
final class Standing {
    private Standing() {}

    /**
     * Looks at the actor's credential and user as they are now. Portcullis itself has neither.
     *
     * @throws ServiceException {@code UNAUTHENTICATED} when the credential is not good any more,
     *     {@code PERMISSION_DENIED} when its user may not read any more
     */
    static void requireReader(ReadTransaction transaction, Actor actor, long nowMillis)
            throws SQLException {
        Actor.Holder holder = actor.holder();
        if (holder == null) {
            actor.requireReader();
            return;
        }
        CredentialRow row = transaction.credential(holder.credentialId());
        if (row == null || !isGood(row.record(), nowMillis)) {
            throw new ServiceException(
                    Code.UNAUTHENTICATED, "the credential of this call is no longer valid");
        }
        Principal principal = transaction.principal(actor.userId());
        if (principal == null || principal.blocked()) {
            throw ServiceException.permissionDenied(
                    "the user of this call was blocked or deleted");
        }
        CredentialProof.actor(row, principal, actor.source(), actor.requestId()).requireReader();
    }

    private static boolean isGood(CredentialRecord record, long nowMillis) {
        return record.state() == CredentialState.LIVE
                && !record.replacedAt(nowMillis)
                && !record.expiredAt(nowMillis);
    }
}
