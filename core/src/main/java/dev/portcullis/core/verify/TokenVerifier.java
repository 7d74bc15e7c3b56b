package dev.portcullis.core.verify;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenHash;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Verifies presented credentials against records.
 *
 * <p>Not thread-safe: it owns a digest and the buffer that takes its result, so that a verification
 * allocates next to nothing. One for each thread (or event loop).
 */
public final class TokenVerifier {
    /** Compared when there is no record, so that an unknown prefix costs what a known one costs. */
    private static final TokenHash DUMMY = TokenHash.ofSha256(new byte[TokenHash.LENGTH]);

    private final MessageDigest sha256;
    private final byte[] digest = new byte[TokenHash.LENGTH];

    public TokenVerifier() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Verifies a credential. The secret is hashed and compared in every case, and before anything
     * else is looked at, so that neither the answer nor its time tells an unknown credential from a
     * wrong secret.
     *
     * @param record what is known of the credential's prefix, or null when that is nothing
     * @param nowMillis milliseconds since the epoch
     * @return never null
     */
    public Verification verify(
            PresentedCredential presented, CredentialRecord record, long nowMillis) {
        TokenHash expected = record == null ? DUMMY : record.hash();
        boolean secretMatches = expected.matches(hash(presented));
        if (!secretMatches || record == null || !isSame(presented, record)) {
            return Rejection.INVALID;
        }
        return switch (record.state()) {
            case REVOKED -> Rejection.REVOKED;
            case REPLACED -> Rejection.REPLACED;
            case LIVE -> record.expiredAt(nowMillis)
                    ? Rejection.EXPIRED
                    : new VerifiedCredential(record);
        };
    }

    private byte[] hash(PresentedCredential presented) {
        try {
            presented.digestSecret(sha256);
            sha256.digest(digest, 0, digest.length);
            return digest;
        } catch (DigestException e) {
            sha256.reset();
            throw new IllegalStateException("a SHA-256 digest has 32 octets", e);
        }
    }

    /** A look-up that answers with somebody else's record must not let anybody in. */
    private static boolean isSame(PresentedCredential presented, CredentialRecord record) {
        CredentialKind kind = presented.kind();
        return kind == record.kind() && presented.prefix().equals(record.prefix());
    }
}
