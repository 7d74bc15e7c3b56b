package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.NetBirdFormat;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.Rejection;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.Verification;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** Proves what somebody presents against what is stored. Any thread. */
final class CredentialProof {
    private final TokenFormat format;
    private final Peppers peppers;

    CredentialProof(TokenFormat format, Peppers peppers) {
        this.format = format;
        this.peppers = peppers;
    }

    /**
     * What was presented, and what came of it.
     *
     * @param row null when there is no such credential
     */
    record Proof(CredentialRow row, Verification verification) {
        /** Why it was rejected; null when it was not. */
        Rejection rejection() {
            return verification instanceof Rejection rejection ? rejection : null;
        }

        /** Whether the secret was right, be the credential dead or alive. */
        boolean isOfHolder() {
            return rejection() == null || rejection().provesPossession();
        }
    }

    /** The credential that is the whole of a text, ours or an imported one; null: there is none. */
    PresentedCredential parse(String text) {
        if (text == null || text.length() > Math.max(format.length(), NetBirdFormat.LENGTH)) {
            return null;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        PresentedCredential ours = format.parse(octets, 0, octets.length);
        return ours == null ? new NetBirdFormat().parse(octets, 0, octets.length) : ours;
    }

    /** Verifies, with one hash whether there is such a credential or not. */
    Proof of(ReadTransaction transaction, PresentedCredential presented, long nowMillis)
            throws SQLException {
        CredentialRow row = transaction.credential(presented.prefix().toString());
        TokenPrefix parent = row == null ? null : row.record().parent();
        CredentialRow key = parent == null ? null : transaction.credential(parent.toString());
        Verification verification = new TokenVerifier(peppers).verify(
                presented, row == null ? null : row.record(), key == null ? null : key.record(),
                nowMillis);
        return new Proof(row, verification);
    }

    /** Whether restrictions allow an address; one that cannot be understood is from nowhere. */
    static boolean allowAddress(Restrictions restrictions, String source) {
        if (restrictions.cidrs().isEmpty()) {
            return true;
        }
        try {
            Cidr address = Cidr.parse(source == null ? "" : source);
            return restrictions.cidrs().stream().anyMatch(range -> range.contains(address));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Whether a credential may be used here, from that address. Nobody proves a certificate here:
     * what is restricted to some is not for use here.
     */
    static boolean allowSource(Restrictions restrictions, String source) {
        return restrictions.allowCertificate(null) && allowAddress(restrictions, source);
    }

    /** Who acts with a credential: its user, as far as the credential goes. */
    static Actor actor(
            CredentialRow row, Principal principal, String source, String requestId) {
        CredentialRecord record = row.record();
        Restrictions restrictions = record.restrictions();
        long lifetime = record.expiresAtMillis() == CredentialRecord.NEVER
                ? CredentialRecord.NEVER
                : record.expiresAtMillis() - row.createdAt();
        // what is restricted to applications is for them alone; the admin API is none of them
        Role role = restrictions.applications().isEmpty()
                ? restrictions.cap(principal.roles().get(Principal.ALL_APPLICATIONS))
                : null;
        return new Actor(
                principal.userId(), principal.name(), role, source, requestId,
                new Actor.Holder(row.id(), principal.kind(), restrictions, lifetime));
    }
}
