package dev.portcullis.core.access;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.VerifiedCredential;
import java.net.InetAddress;

/** Decides what a verified principal may do. Default deny. Pure; any thread. */
public final class AccessPolicy {
    private AccessPolicy() {}

    /**
     * Decides one request.
     *
     * @param verified proof that the credential's secret was presented
     * @param principal the user the credential belongs to, or null when there is none (any more)
     * @param application the application the request is for
     * @param source where the request came from, or null when that is not known: a credential that
     *     is restricted to addresses is then denied
     * @return never null; a permit rests on the role that the credential's restrictions leave
     */
    public static Decision decide(
            VerifiedCredential verified,
            Principal principal,
            String application,
            Access access,
            InetAddress source) {
        CredentialRecord credential = verified.credential();
        if (principal == null || !principal.userId().equals(credential.userId())) {
            // the user is gone, or the look-up answered with somebody else
            return Denial.ACCESS_DENIED;
        }
        if (principal.blocked()) {
            return Denial.USER_BLOCKED;
        }
        if (credential.kind() == CredentialKind.API_KEY) {
            // a key is only good for the exchange: it opens nothing by itself
            return Denial.ACCESS_DENIED;
        }
        Restrictions restrictions = credential.restrictions();
        Role role = restrictions.cap(principal.roleOn(application));
        if (role == null
                || !role.allows(Access.READ)
                || !restrictions.allowApplication(application)) {
            return Denial.ACCESS_DENIED;
        }
        if (!restrictions.allowSource(source)) {
            return Denial.SOURCE_DENIED;
        }
        if (!role.allows(access)) {
            return Denial.WRITE_DENIED;
        }
        return new Permit(principal, credential.prefix(), application, role);
    }
}
