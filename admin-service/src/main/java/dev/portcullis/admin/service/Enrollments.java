package dev.portcullis.admin.service;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.service.CredentialProof.Proof;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.core.verify.Rejection;
import java.sql.SQLException;
import java.time.InstantSource;

/**
 * Finds out which enrolled gateway calls, by the credential that enrolling has made. No other
 * credential is one: whoever holds a token of a user, whatever it may do elsewhere, is no gateway.
 *
 * <p>Any thread that may block on the database.
 */
public final class Enrollments {
    private static final String NOT_ONE = "a valid enrolment credential is needed";

    private final Store store;
    private final CredentialProof proofs;
    private final UsageBuffer usages;
    private final InstantSource clock;

    /**
     * Against a store.
     *
     * @param policy says what tokens look like
     * @param peppers that hashes were or are made with
     * @param usages takes note of who came
     */
    public Enrollments(
            Store store,
            TokenPolicy policy,
            Peppers peppers,
            UsageBuffer usages,
            InstantSource clock) {
        this.store = store;
        this.proofs = new CredentialProof(new TokenFormat(policy.mark()), peppers);
        this.usages = usages;
        this.clock = clock;
    }

    /**
     * Whose credential this is.
     *
     * @param token the whole text, as it came; null when none came
     * @param source the caller's address, without port
     * @throws ServiceException {@code UNAUTHENTICATED}, with one and the same message for
     *     everything that is not the secret of a credential; {@code PERMISSION_DENIED} for one of
     *     somebody else, and when the enrolment is blocked; {@code UNAVAILABLE} when it cannot be
     *     known
     */
    public Enrolled prove(String token, String source) {
        PresentedCredential presented = proofs.parse(token);
        if (presented == null || presented.kind() != CredentialKind.ACCESS_TOKEN) {
            throw refusal(Rejection.INVALID);
        }
        Enrolled enrolled = store.read(transaction -> {
            Proof proof = proofs.of(transaction, presented, clock.millis());
            if (proof.rejection() != null) {
                throw refusal(proof.rejection());
            }
            return enrolled(transaction, proof.row(), source);
        });
        usages.note(new Usage(enrolled.credentialId(), clock.millis(), source));
        return enrolled;
    }

    /**
     * Whether who has proved to be enrolled still is, by the database as it is now.
     *
     * @throws ServiceException as {@link #prove}, when not
     */
    public void requireStanding(Enrolled enrolled, String source) {
        store.read(transaction -> {
            CredentialRow row = transaction.credential(enrolled.credentialId());
            if (row == null) {
                throw refusal(Rejection.INVALID);
            }
            CredentialRecord record = row.record();
            if (record.state() != CredentialState.LIVE) {
                throw refusal(Rejection.REVOKED);
            }
            if (record.replacedAt(clock.millis())) {
                throw refusal(Rejection.REPLACED);
            }
            if (record.expiredAt(clock.millis())) {
                throw refusal(Rejection.EXPIRED);
            }
            return enrolled(transaction, row, source);
        });
    }

    /**
     * Whether a refusal of this class concerns a credential that is known and has ended: revoked,
     * expired, replaced. Its holder has proved to be that.
     */
    public static boolean isOfEnded(ServiceException refusal) {
        return refusal.code() == Code.UNAUTHENTICATED && !NOT_ONE.equals(refusal.getMessage());
    }

    private static Enrolled enrolled(
            ReadTransaction transaction, CredentialRow row, String source) throws SQLException {
        CredentialRecord record = row.record();
        Principal principal = transaction.principal(record.userId());
        if (principal == null) {
            throw refusal(Rejection.REVOKED);
        }
        if (principal.kind() != UserKind.INTERNAL) {
            throw ServiceException.permissionDenied(
                    "the credential is not one of an enrolled gateway");
        }
        if (principal.blocked()) {
            throw ServiceException.permissionDenied("the gateway's enrolment is blocked");
        }
        if (!CredentialProof.allowSource(record.restrictions(), source)) {
            throw ServiceException.permissionDenied(
                    "the enrolment's credential may not be used from this source");
        }
        return new Enrolled(
                row.id(), principal.userId(), principal.name(), record.expiresAtMillis());
    }

    private static ServiceException refusal(Rejection rejection) {
        String message = switch (rejection) {
            case INVALID -> NOT_ONE;
            case EXPIRED -> "the enrolment's credential has expired";
            case REVOKED -> "the enrolment was ended";
            case REPLACED -> "the enrolment's credential was replaced by another";
            case UNVERIFIABLE -> "the enrolment's credential cannot be verified now";
        };
        Code code =
                rejection == Rejection.UNVERIFIABLE ? Code.UNAVAILABLE : Code.UNAUTHENTICATED;
        return new ServiceException(code, message);
    }
}
