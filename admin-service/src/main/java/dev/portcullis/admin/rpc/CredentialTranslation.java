package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.admin.service.TokenLifetime;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.proto.admin.v1.Restrictions;
import dev.portcullis.proto.admin.v1.TokenState;

/** {@link Translation} of what access tokens and API keys have in common. */
final class CredentialTranslation {
    private CredentialTranslation() {}

    static Limits limits(Restrictions restrictions) {
        return new Limits(
                Translation.role("restrictions.max_role", restrictions.getMaxRole()),
                restrictions.getApplicationsList(),
                restrictions.getCidrsList(),
                restrictions.getCertificatesList());
    }

    static Restrictions restrictions(dev.portcullis.core.access.Restrictions restrictions) {
        Restrictions.Builder builder = Restrictions.newBuilder()
                // a set has no order, and what is shown twice should look the same
                .addAllApplications(restrictions.applications().stream().sorted().toList())
                .addAllCidrs(restrictions.cidrs().stream().map(Cidr::toString).toList())
                .addAllCertificates(restrictions.sortedCertificates());
        if (restrictions.maxRole() != null) {
            builder.setMaxRole(Translation.role(restrictions.maxRole()));
        }
        return builder.build();
    }

    /** False says nothing about when it expires, and guessing would be wrong half of the time. */
    static TokenLifetime neverExpires(boolean never) {
        if (!never) {
            throw ServiceException.invalid("never_expires", "is true or left out");
        }
        return new TokenLifetime.Never();
    }

    /** The state of a request, or null when it is left out. */
    static dev.portcullis.admin.model.TokenState state(String field, TokenState state) {
        return switch (state) {
            case TOKEN_STATE_UNSPECIFIED -> null;
            case TOKEN_STATE_LIVE -> dev.portcullis.admin.model.TokenState.LIVE;
            case TOKEN_STATE_EXPIRED -> dev.portcullis.admin.model.TokenState.EXPIRED;
            case TOKEN_STATE_REVOKED -> dev.portcullis.admin.model.TokenState.REVOKED;
            case TOKEN_STATE_REPLACED -> dev.portcullis.admin.model.TokenState.REPLACED;
            case UNRECOGNIZED -> throw Translation.unknown(field);
        };
    }

    static TokenState state(dev.portcullis.admin.model.TokenState state) {
        return switch (state) {
            case LIVE -> TokenState.TOKEN_STATE_LIVE;
            case EXPIRED -> TokenState.TOKEN_STATE_EXPIRED;
            case REVOKED -> TokenState.TOKEN_STATE_REVOKED;
            case REPLACED -> TokenState.TOKEN_STATE_REPLACED;
        };
    }
}
