package dev.portcullis.core.access;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.VerifiedCredential;

/** Decides what a verified principal may do. Default deny. Pure; any thread. */
public final class AccessPolicy {
    private AccessPolicy() {}

    /**
     * Decides one request.
     *
     * @param verified proof that the credential's secret was presented
     * @param principal the user the credential belongs to, or null when there is none (any more)
     * @param application the application the request is for
     * @param source where the request came from; a credential that is restricted to what is not
     *     known of it is denied
     * @return never null; a permit rests on the role that the credential's restrictions leave
     */
    public static Decision decide(
            VerifiedCredential verified,
            Principal principal,
            String application,
            Access access,
            Source source) {
        CredentialRecord credential = verified.credential();
        Denial gone = denialOf(credential, principal);
        if (gone != null) {
            return gone;
        }
        Restrictions restrictions = credential.restrictions();
        Role role = restrictions.cap(principal.roleOn(application));
        Denial denial = denialOf(restrictions, role, application, access, source);
        return denial == null
                ? new Permit(principal, credential.prefix(), application, role)
                : denial;
    }

    /**
     * Opens an application to a request of which nobody is asked who sent it. For what the
     * configuration of an application says of itself, and nothing else.
     *
     * @return a permit without principal, credential and role
     */
    public static Permit open(String application) {
        return new Permit(null, null, application, null);
    }

    /**
     * What deciding would come to for a credential that is not at hand, for saying so to those who
     * administer it. It opens nothing.
     *
     * @return null when a request with it would be permitted; the parameters are those of {@link
     *     #decide}
     */
    public static Denial denialOf(
            CredentialRecord credential,
            Principal principal,
            String application,
            Access access,
            Source source) {
        Denial gone = denialOf(credential, principal);
        if (gone != null) {
            return gone;
        }
        Restrictions restrictions = credential.restrictions();
        Role role = restrictions.cap(principal.roleOn(application));
        return denialOf(restrictions, role, application, access, source);
    }

    /** Why the credential opens nothing at all, or null. */
    private static Denial denialOf(CredentialRecord credential, Principal principal) {
        if (principal == null || !principal.userId().equals(credential.userId())) {
            // the user is gone, or the look-up answered with somebody else
            return Denial.ACCESS_DENIED;
        }
        if (principal.blocked()) {
            return Denial.USER_BLOCKED;
        }
        if (principal.kind() == UserKind.INTERNAL) {
            // it is Portcullis's own, and speaks to Portcullis alone, whatever it may be granted
            return Denial.ACCESS_DENIED;
        }
        // a key is only good for the exchange: it opens nothing by itself
        return credential.kind() == CredentialKind.API_KEY ? Denial.ACCESS_DENIED : null;
    }

    /** Why this role, already capped, does not suffice, or null. */
    private static Denial denialOf(
            Restrictions restrictions,
            Role role,
            String application,
            Access access,
            Source source) {
        if (role == null
                || !role.allows(Access.READ)
                || !restrictions.allowApplication(application)) {
            return Denial.ACCESS_DENIED;
        }
        if (!restrictions.allowSource(source.address())
                || !restrictions.allowCertificate(source.certificate())) {
            return Denial.SOURCE_DENIED;
        }
        return role.allows(access) ? null : Denial.WRITE_DENIED;
    }
}
