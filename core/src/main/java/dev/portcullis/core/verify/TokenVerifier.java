package dev.portcullis.core.verify;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.HashAlgorithm;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenHash;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/**
 * Verifies presented credentials against records.
 *
 * <p><b>What its time hides.</b> Each verification makes one hash and one comparison in constant
 * time before anything else is looked at. So neither answer nor time tells a stranger how much of a
 * secret was right, nor, of a credential whose record is hashed in the usual way (with the current
 * pepper where there is one, else plainly), whether its prefix is known.
 *
 * <p><b>What it does not hide.</b> HMAC-SHA-256 costs more than SHA-256. Where a record is hashed
 * in another way than the usual one, because it is from before a pepper was introduced or given
 * up, the time tells that such a record exists under that prefix; and of a record that names a
 * pepper which is not held, the answer tells it. A prefix is public, and neither says anything of
 * the secret. An imported token is hashed as a whole, always in the same way, known or not.
 *
 * <p>Not thread-safe: it owns a digest, a keyed hash for each pepper, and the buffer that takes
 * their result, so that a verification allocates next to nothing. One for each thread (or event
 * loop).
 */
public final class TokenVerifier {
    private final MessageDigest sha256;
    private final Map<String, Mac> macs = new HashMap<>();
    /** That of the current pepper; null when new secrets are hashed plainly. */
    private final Mac usualMac;
    /** Compared when there is no record, so that an unknown prefix costs what a known one costs. */
    private final TokenHash dummy;
    private final byte[] digest = new byte[TokenHash.LENGTH];

    /** A verifier of records that are hashed plainly, or with one of these peppers. */
    public TokenVerifier(Peppers peppers) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        for (String id : peppers.ids()) {
            macs.put(id, peppers.find(id).newMac());
        }
        Pepper current = peppers.current();
        byte[] nothing = new byte[TokenHash.LENGTH];
        usualMac = current == null ? null : macs.get(current.id());
        dummy = current == null
                ? TokenHash.ofSha256(nothing)
                : TokenHash.ofHmacSha256(current.id(), nothing);
    }

    /**
     * Verifies a credential that was not exchanged from an API key; one that was is rejected as
     * {@link Rejection#REVOKED}.
     *
     * @see #verify(PresentedCredential, CredentialRecord, CredentialRecord, long)
     */
    public Verification verify(
            PresentedCredential presented, CredentialRecord record, long nowMillis) {
        return verify(presented, record, null, nowMillis);
    }

    /**
     * Verifies a credential. The secret is hashed and compared in every case, and before anything
     * else is looked at, so that neither the answer nor its time tells an unknown credential from a
     * wrong secret.
     *
     * @param record what is known of the credential's prefix, or null when that is nothing
     * @param parentRecord what is known of the API key that the record names as its parent, or null
     *     when that is nothing or it names none
     * @param nowMillis milliseconds since the epoch
     * @return never null
     */
    public Verification verify(
            PresentedCredential presented,
            CredentialRecord record,
            CredentialRecord parentRecord,
            long nowMillis) {
        TokenHash expected = record == null ? dummy : record.hash();
        Mac named = macs.get(expected.pepperId());
        // whether the hash that is expected can be made of what was presented
        boolean comparable = presented.fits(expected.algorithm())
                && (named != null || expected.algorithm() != HashAlgorithm.HMAC_SHA_256);
        byte[] hash = hash(presented, comparable ? named : usualMac(presented));
        boolean secretMatches = expected.matches(hash);
        if (record == null || !isSame(presented, record)) {
            return Rejection.INVALID;
        }
        if (!comparable) {
            return Rejection.UNVERIFIABLE;
        }
        return secretMatches ? standing(record, parentRecord, nowMillis) : Rejection.INVALID;
    }

    /** What a credential of that form is hashed with when nothing better is known. */
    private Mac usualMac(PresentedCredential presented) {
        return presented.fits(HashAlgorithm.HMAC_SHA_256) ? usualMac : null;
    }

    private byte[] hash(PresentedCredential presented, Mac mac) {
        try {
            if (mac == null) {
                presented.digestSecret(sha256);
                sha256.digest(digest, 0, digest.length);
            } else {
                presented.digestSecret(mac);
                mac.doFinal(digest, 0);
            }
            return digest;
        } catch (DigestException | ShortBufferException e) {
            sha256.reset();
            throw new IllegalStateException("a hash has 32 octets", e);
        }
    }

    /** A look-up that answers with somebody else's record must not let anybody in. */
    private static boolean isSame(PresentedCredential presented, CredentialRecord record) {
        return presented.kind() == record.kind()
                && presented.fits(record.hash().algorithm())
                && presented.prefix().equals(record.prefix());
    }

    private static Verification standing(
            CredentialRecord record, CredentialRecord parentRecord, long nowMillis) {
        Rejection rejection = rejectionOf(record, parentRecord, nowMillis);
        return rejection == null ? new VerifiedCredential(record) : rejection;
    }

    /**
     * How a credential stands, whoever asks: for saying so to those who administer it. It proves
     * nothing, for no secret comes in.
     *
     * @param parentRecord as for {@link #verify(PresentedCredential, CredentialRecord,
     *     CredentialRecord, long)}
     * @param nowMillis milliseconds since the epoch
     * @return why it would be rejected although its secret is right; null when it would not
     */
    public static Rejection rejectionOf(
            CredentialRecord record, CredentialRecord parentRecord, long nowMillis) {
        if (record.state() == CredentialState.REVOKED) {
            return Rejection.REVOKED;
        }
        if (record.replacedAt(nowMillis)) {
            return Rejection.REPLACED;
        }
        if (record.expiredAt(nowMillis)) {
            return Rejection.EXPIRED;
        }
        // an exchanged token that names no key could never die with it
        boolean exchanged =
                record.parent() != null || record.kind() == CredentialKind.EXCHANGED_TOKEN;
        if (exchanged && !isLiveKeyOf(record, parentRecord, nowMillis)) {
            return Rejection.REVOKED;
        }
        return exchanged && parentRecord.expiredAt(nowMillis) ? Rejection.EXPIRED : null;
    }

    /** Whether that is the key the credential was exchanged from, neither revoked nor replaced. */
    private static boolean isLiveKeyOf(
            CredentialRecord record, CredentialRecord parentRecord, long nowMillis) {
        return parentRecord != null
                && parentRecord.kind() == CredentialKind.API_KEY
                && parentRecord.prefix().equals(record.parent())
                && parentRecord.userId().equals(record.userId())
                && parentRecord.state() == CredentialState.LIVE
                && !parentRecord.replacedAt(nowMillis);
    }
}
