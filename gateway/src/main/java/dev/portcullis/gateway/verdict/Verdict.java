package dev.portcullis.gateway.verdict;

import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.Permit;
import dev.portcullis.gateway.auth.Claim;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.route.Route;

/**
 * What was decided on a request so far. Not thread-safe: it belongs to one exchange, on its event
 * loop.
 */
public final class Verdict {
    private static final String REPLACED = "credential_replaced";

    Route route;
    /** What is asked for; null for nothing that needs a credential. */
    Access access;
    Claim claim;
    Permit permit;
    Refusal refusal;
    LookupResult.Found found;
    boolean replaced;

    /** A verdict on the same claim and route, still to be made. */
    public Verdict again() {
        Verdict again = new Verdict();
        again.route = route;
        again.access = access;
        again.claim = claim;
        return again;
    }

    /** Where the request goes; null before that is known. */
    public Route route() {
        return route;
    }

    /** The proof that it may go there; null when it was refused, or is not decided. */
    public Permit permit() {
        return permit;
    }

    /** Why it was refused; null when it was not, or is not decided. */
    public Refusal refusal() {
        return refusal;
    }

    /**
     * The code under which the refusal is reported. It tells a replaced credential that came back
     * from a revoked one, as the reply to its holder does not.
     */
    public String reportedCode() {
        return replaced ? REPLACED : refusal.code();
    }

    /** Whether records have to be fetched before the verdict can be reached. */
    public boolean awaitsRecords() {
        return permit == null && refusal == null;
    }

    /** The claim under judgement; null before there is one, and where nobody asks for one. */
    public Claim claim() {
        return claim;
    }

    /** The records of a credential whose secret was proved, whatever came of it; else null. */
    public LookupResult.Found found() {
        return found;
    }
}
