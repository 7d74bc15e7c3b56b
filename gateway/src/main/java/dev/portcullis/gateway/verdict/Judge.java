package dev.portcullis.gateway.verdict;

import dev.portcullis.core.access.AccessPolicy;
import dev.portcullis.core.access.Decision;
import dev.portcullis.core.access.Denial;
import dev.portcullis.core.access.Permit;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Source;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.Rejection;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.Verification;
import dev.portcullis.core.verify.VerifiedCredential;
import dev.portcullis.gateway.auth.CredentialReader;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.lookup.Lookup;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.route.RouteTable;

/**
 * Reaches the verdict on a request. Not thread-safe: one for each event loop, which owns the digest
 * and the scratch space in it.
 */
public final class Judge {
    private final Lookup lookup;
    private final CredentialReader credentials;
    private final TokenVerifier verifier;
    private final MissingPeppers missingPeppers;

    /**
     * The judge of one loop.
     *
     * @param peppers that hashes were made with
     * @param missingPeppers told of those that are not among them
     */
    public Judge(
            TokenFormat format,
            Lookup lookup,
            Peppers peppers,
            MissingPeppers missingPeppers) {
        this.lookup = lookup;
        this.credentials = new CredentialReader(format);
        this.verifier = new TokenVerifier(peppers);
        this.missingPeppers = missingPeppers;
    }

    /**
     * Judges a request, as far as that goes with what is in memory. When afterwards {@link
     * Verdict#awaitsRecords}, the caller fetches them and goes on with {@link #decide}.
     *
     * @param routes those in force when the request began
     * @param nowMillis the wall time, milliseconds since the epoch
     */
    public void judge(
            RouteTable routes, RequestHead head, Verdict verdict, Source source, long nowMillis) {
        if (!route(routes, head, verdict)) {
            return;
        }
        if (verdict.access == null) {
            // whatever credential came is not even looked at
            verdict.permit = AccessPolicy.open(verdict.route.name());
            return;
        }
        verdict.claim = credentials.read(head);
        if (verdict.claim == null) {
            verdict.refusal = credentials.refusal();
            return;
        }
        LookupResult records = lookup.find(verdict.claim.credential().prefix(), nowMillis);
        if (records != null) {
            decide(head, verdict, records, source, nowMillis);
        }
    }

    private static boolean route(RouteTable routes, RequestHead head, Verdict verdict) {
        if (head.methodIs("TRACE") || head.methodIs("CONNECT")) {
            verdict.refusal = Refusal.METHOD_NOT_ALLOWED;
        } else if (!routes.choiceIsClear(head)) {
            verdict.refusal = Refusal.ROUTE_AMBIGUOUS;
        } else if (!routes.normalize(head)) {
            verdict.refusal = Refusal.PATH_AMBIGUOUS;
        } else {
            verdict.route = routes.match(head);
            if (verdict.route == null) {
                verdict.refusal = Refusal.ROUTE_UNKNOWN;
            } else {
                verdict.access = verdict.route.access(head);
            }
        }
        return verdict.refusal == null;
    }

    /**
     * Verifies and authorises, with the records of the claim's credential; null stands for not
     * knowing.
     *
     * @param nowMillis the wall time, milliseconds since the epoch
     */
    public void decide(
            RequestHead head,
            Verdict verdict,
            LookupResult records,
            Source source,
            long nowMillis) {
        if (records == null || records instanceof LookupResult.Unavailable) {
            verdict.refusal = Refusal.VERIFICATION_UNAVAILABLE;
            return;
        }
        LookupResult.Found found = records instanceof LookupResult.Found f ? f : null;
        CredentialRecord record = found == null ? null : found.credential();
        CredentialRecord parent = found == null ? null : found.parent();
        Verification verification =
                verifier.verify(verdict.claim.credential(), record, parent, nowMillis);
        if (verification instanceof VerifiedCredential verified) {
            authorize(verdict, found, verified, source);
        } else {
            reject(verdict, found, (Rejection) verification, nowMillis);
        }
    }

    private void reject(
            Verdict verdict, LookupResult.Found found, Rejection rejection, long nowMillis) {
        verdict.refusal = refusalOf(rejection);
        verdict.found = rejection.provesPossession() ? found : null;
        verdict.replaced = rejection == Rejection.REPLACED;
        if (rejection == Rejection.UNVERIFIABLE) {
            missingPeppers.missing(found.credential().hash().pepperId(), nowMillis);
        }
    }

    private void authorize(
            Verdict verdict,
            LookupResult.Found found,
            VerifiedCredential verified,
            Source source) {
        Principal principal = found.principal();
        String claimedName = verdict.claim.userName();
        if (claimedName != null && (principal == null || !claimedName.equals(principal.name()))) {
            verdict.refusal = Refusal.CREDENTIAL_INVALID;
            return;
        }
        verdict.found = found;
        Decision decision = AccessPolicy.decide(
                verified, principal, verdict.route.name(), verdict.access, source);
        if (decision instanceof Permit permit) {
            verdict.permit = permit;
        } else {
            verdict.refusal = refusalOf((Denial) decision);
        }
    }

    private static Refusal refusalOf(Rejection rejection) {
        return switch (rejection) {
            case INVALID -> Refusal.CREDENTIAL_INVALID;
            case EXPIRED -> Refusal.CREDENTIAL_EXPIRED;
            case REVOKED, REPLACED -> Refusal.CREDENTIAL_REVOKED;
            case UNVERIFIABLE -> Refusal.VERIFICATION_UNAVAILABLE;
        };
    }

    private static Refusal refusalOf(Denial denial) {
        return switch (denial) {
            case USER_BLOCKED -> Refusal.USER_BLOCKED;
            case ACCESS_DENIED -> Refusal.ACCESS_DENIED;
            case SOURCE_DENIED -> Refusal.SOURCE_DENIED;
            case WRITE_DENIED -> Refusal.WRITE_DENIED;
        };
    }
}
