package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.service.CredentialProof.Proof;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.NewCredential;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.core.verify.Rejection;
import java.sql.SQLException;
import java.time.InstantSource;

/**
 * Turns API keys into short-lived tokens (RFC 6749, section 4.4), answers what a token is (RFC
 * 7662) and ends it (RFC 7009). As {@link Users} for threads and errors.
 */
public final class KeyExchange {
    /** The most live tokens exchanged from one key. */
    static final int LIVE_TOKENS_MAX = 1_000;

    private final Store store;
    private final TokenPolicy policy;
    private final TokenIssuer issuer;
    private final CredentialProof proofs;
    private final ReuseDetection reuse;
    private final UsageBuffer usages;
    private final InstantSource clock;

    /**
     * Use cases on a store.
     *
     * @param usages takes note of which keys were used
     */
    public KeyExchange(
            Store store,
            TokenPolicy policy,
            Secrets secrets,
            UsageBuffer usages,
            InstantSource clock) {
        this.store = store;
        this.policy = policy;
        this.issuer = new TokenIssuer(policy, secrets.mint());
        this.proofs = new CredentialProof(new TokenFormat(policy.mark()), secrets.peppers());
        this.reuse = new ReuseDetection(store, policy);
        this.usages = usages;
        this.clock = clock;
    }

    // -------------------------------------------------------------------------------- the key

    /**
     * Exchanges a key.
     *
     * @param keySecret the whole text of the key
     * @param scope space-separated: "read", "app:NAME"; null or empty: all that the key may
     * @param source the caller's address, without port
     * @throws ServiceException {@code UNAUTHENTICATED} with one and the same message for every
     *     wrong key, and with the reason for a right one that is dead; {@code PERMISSION_DENIED}
     *     when its user is blocked or the key is not for that address; {@code INVALID_ARGUMENT}
     *     with field "scope" for one that is unknown or broader than the key; {@code
     *     RESOURCE_EXHAUSTED} when too many tokens of the key are live
     */
    public Committed<IssuedToken> exchange(
            String keyId, String keySecret, String scope, String source, String requestId) {
        PresentedCredential presented = prove(keyId, keySecret, source, requestId);
        Committed<IssuedToken> issued = store.write(transaction -> {
            // once more: it may have died since
            Proof proof = proofs.of(transaction, presented, transaction.nowMillis());
            Actor actor = holder(transaction, proof, source, requestId);
            return issue(transaction, actor, proof.row(), scope);
        });
        usages.note(new Usage(keyId, clock.millis(), source));
        return issued;
    }

    /**
     * Who presents a key as client id and secret, for introspection and revocation.
     *
     * @throws ServiceException as for {@link #exchange}
     */
    public Actor authenticate(
            String keyId, String keySecret, String source, String requestId) {
        PresentedCredential presented = prove(keyId, keySecret, source, requestId);
        Actor actor = store.read(transaction -> holder(
                transaction, proofs.of(transaction, presented, clock.millis()), source,
                requestId));
        usages.note(new Usage(keyId, clock.millis(), source));
        return actor;
    }

    /**
     * Refuses wrong keys without the lock that changes are made under. What is no key by its form
     * alone costs no look-up; all the rest cost the same, be the key unknown or the secret wrong.
     */
    private PresentedCredential prove(
            String keyId, String keySecret, String source, String requestId) {
        PresentedCredential presented = proofs.parse(keySecret);
        if (presented == null
                || presented.kind() != CredentialKind.API_KEY
                || !presented.prefix().toString().equals(keyId)) {
            throw refusal(Rejection.INVALID);
        }
        Proof proof = store.read(transaction -> proofs.of(transaction, presented, clock.millis()));
        if (proof.rejection() == Rejection.REPLACED) {
            reuse.cameBack(Actor.systemUpon(source, requestId), keyId, clock.millis());
        }
        if (proof.rejection() != null) {
            throw refusal(proof.rejection());
        }
        return presented;
    }

    private static Actor holder(
            ReadTransaction transaction, Proof proof, String source, String requestId)
            throws SQLException {
        if (proof.rejection() != null) {
            throw refusal(proof.rejection());
        }
        Principal principal = transaction.principal(proof.row().record().userId());
        if (principal == null || principal.blocked()) {
            throw ServiceException.permissionDenied(principal == null
                    ? "the API key's user was deleted"
                    : "the API key's user is blocked");
        }
        // a certificate is asked for where the token is used, which is restricted to the same
        if (!CredentialProof.allowAddress(proof.row().record().restrictions(), source)) {
            throw ServiceException.permissionDenied(
                    "the API key may not be used from this address");
        }
        return CredentialProof.actor(proof.row(), principal, source, requestId);
    }

    private static ServiceException refusal(Rejection rejection) {
        return switch (rejection) {
            case INVALID -> unauthenticated("a valid API key is needed");
            case EXPIRED -> unauthenticated("the API key has expired");
            case REVOKED -> unauthenticated("the API key was revoked");
            case REPLACED -> unauthenticated("the API key was replaced by another");
            case UNVERIFIABLE -> unverifiable();
        };
    }

    private static ServiceException unauthenticated(String message) {
        return new ServiceException(Code.UNAUTHENTICATED, message);
    }

    private static ServiceException unverifiable() {
        return new ServiceException(
                Code.UNAVAILABLE, "the credential cannot be verified: its pepper is not here");
    }

    // ------------------------------------------------------------------------------ the token

    private Committed<IssuedToken> issue(
            WriteTransaction transaction, Actor actor, CredentialRow key, String scope)
            throws SQLException {
        Restrictions restrictions = Scope.narrow(key.record().restrictions(), scope);
        long now = transaction.nowMillis();
        if (transaction.exchanges().countLive(key.id(), now, LIVE_TOKENS_MAX) >= LIVE_TOKENS_MAX) {
            throw new ServiceException(
                    Code.RESOURCE_EXHAUSTED,
                    "the API key has " + LIVE_TOKENS_MAX + " live tokens; use one of them");
        }
        long expiresAt = Math.min(now + policy.exchangedLifetime().toMillis(), key.endsAt());
        MintedToken minted = issuer.mint(transaction, CredentialKind.EXCHANGED_TOKEN);
        CredentialRow row = transaction.credentialWriter().insert(new NewCredential(
                new CredentialRecord(
                        minted.prefix(), minted.kind(), minted.hash(), key.record().userId(),
                        CredentialState.LIVE, expiresAt, CredentialRecord.NEVER, restrictions,
                        key.record().prefix()),
                key.name(), actor.userId()));
        transaction.audit(actor, new AuditEntry(
                "key.exchange", "key", key.id(), null, AuditJson.credential(row, "live")));
        return new Committed<>(
                new IssuedToken(minted.plain(), Views.token(row, now)),
                transaction.takeRevision());
    }

    /**
     * What a live token is, or null when it is not live, unknown, or none of the caller's business:
     * that is whoever has its user's credentials, an administrator's or an auditor's.
     *
     * @param token the whole text of a credential
     * @throws ServiceException {@code UNAVAILABLE} when it cannot be known
     */
    public Introspection introspect(Actor caller, String token) {
        PresentedCredential presented = proofs.parse(token);
        if (presented == null) {
            return null;
        }
        return store.read(transaction -> {
            long now = clock.millis();
            Proof proof = proofs.of(transaction, presented, now);
            requireVerifiable(proof);
            boolean sees = caller.role() == Role.ADMIN || caller.role() == Role.AUDITOR;
            if (proof.rejection() != null || !sees && !isOf(caller, proof.row())) {
                return null;
            }
            Principal principal = transaction.principal(proof.row().record().userId());
            return principal == null || principal.blocked()
                    ? null
                    : new Introspection(
                            Views.token(proof.row(), now), principal.name(),
                            Scope.of(proof.row().record().restrictions()));
        });
    }

    /**
     * Revokes a credential that is presented, of whichever kind. Nothing happens (null) for one
     * that is unknown, or neither the caller's user's nor an administrator's to end. One that was
     * revoked before answers with the revision at which it was.
     *
     * @param token the whole text of a credential
     * @throws ServiceException {@code UNAVAILABLE} when it cannot be known
     */
    public Committed<Token> revoke(Actor caller, String token) {
        PresentedCredential presented = proofs.parse(token);
        if (presented == null) {
            return null;
        }
        Proof proof = store.read(transaction ->
                proofs.of(transaction, presented, clock.millis()));
        requireVerifiable(proof);
        if (!proof.isOfHolder()
                || caller.role() != Role.ADMIN && !isOf(caller, proof.row())) {
            return null;
        }
        return store.write(transaction -> {
            CredentialRow row = transaction.credential(proof.row().id());
            return row == null ? null : Revocation.asked(transaction, caller, row);
        });
    }

    private static void requireVerifiable(Proof proof) {
        if (proof.rejection() == Rejection.UNVERIFIABLE) {
            throw unverifiable();
        }
    }

    private static boolean isOf(Actor caller, CredentialRow row) {
        return row.record().userId().equals(caller.userId());
    }
}
