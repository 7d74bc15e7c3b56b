package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.service.CredentialProof.Proof;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.verify.Rejection;
import java.sql.SQLException;
import java.time.InstantSource;

/**
 * Finds out who calls the admin API. It asks the database each time, so a revoked token is refused
 * from the commit on.
 *
 * <p>Any thread that may block.
 */
public final class Authenticator {
    private final Store store;
    private final CredentialProof proofs;
    private final ReuseDetection reuse;
    private final UsageBuffer usages;
    private final InstantSource clock;

    /**
     * An authenticator against a store.
     *
     * @param policy says what tokens look like, and what follows when a replaced one comes back
     * @param peppers that hashes were or are made with
     * @param usages takes note of who called
     */
    public Authenticator(
            Store store,
            TokenPolicy policy,
            Peppers peppers,
            UsageBuffer usages,
            InstantSource clock) {
        this.store = store;
        this.proofs = new CredentialProof(new TokenFormat(policy.mark()), peppers);
        this.reuse = new ReuseDetection(store, policy);
        this.usages = usages;
        this.clock = clock;
    }

    /**
     * The actor that presented a token. What they may do is for the use cases to say.
     *
     * @param token the whole text, as it came; null when none came
     * @param source the caller's address, without port
     * @throws ServiceException {@code UNAUTHENTICATED}, with one and the same message for
     *     everything that is not the secret of a token; {@code PERMISSION_DENIED} when the user is
     *     blocked or deleted, or the token may not be used from there; {@code UNAVAILABLE} when the
     *     database cannot be read, or a pepper is missing
     */
    public Actor authenticate(String token, String source, String requestId) {
        PresentedCredential presented = proofs.parse(token);
        if (presented == null || presented.kind() != CredentialKind.ACCESS_TOKEN) {
            throw refusal(Rejection.INVALID);
        }
        Found found = store.read(transaction -> find(transaction, presented));
        Rejection rejection = found.proof.rejection();
        if (rejection == Rejection.REPLACED) {
            reuse.cameBack(
                    Actor.systemUpon(source, requestId), presented.prefix().toString(),
                    clock.millis());
        }
        if (rejection != null) {
            throw refusal(rejection);
        }
        checkAllowed(found, source);
        usages.note(new Usage(found.proof.row().id(), clock.millis(), source));
        return CredentialProof.actor(found.proof.row(), found.principal, source, requestId);
    }

    /**
     * What came of a credential, and its user.
     *
     * @param principal null when the credential was rejected, and when there is no user any more
     */
    private record Found(Proof proof, Principal principal) {}

    /** The user is only looked for when the secret was right: until then, all cost the same. */
    private Found find(ReadTransaction transaction, PresentedCredential presented)
            throws SQLException {
        Proof proof = proofs.of(transaction, presented, clock.millis());
        return new Found(proof, proof.rejection() == null
                ? transaction.principal(proof.row().record().userId())
                : null);
    }

    private static void checkAllowed(Found found, String source) {
        if (found.principal == null) {
            throw ServiceException.permissionDenied("the token's user was deleted");
        }
        if (found.principal.kind() == UserKind.INTERNAL) {
            throw ServiceException.permissionDenied(
                    "the credential of a gateway opens nothing but the way to its records");
        }
        if (found.principal.blocked()) {
            throw ServiceException.permissionDenied("the token's user is blocked");
        }
        if (!CredentialProof.allowSource(found.proof.row().record().restrictions(), source)) {
            throw ServiceException.permissionDenied(
                    "the token may not be used from this source");
        }
    }

    private static ServiceException refusal(Rejection rejection) {
        String message = switch (rejection) {
            case INVALID -> "a valid access token is needed";
            case EXPIRED -> "the access token has expired";
            case REVOKED -> "the access token was revoked";
            case REPLACED -> "the access token was replaced by another";
            case UNVERIFIABLE -> "the access token cannot be verified now";
        };
        Code code =
                rejection == Rejection.UNVERIFIABLE ? Code.UNAVAILABLE : Code.UNAUTHENTICATED;
        return new ServiceException(code, message);
    }
}
