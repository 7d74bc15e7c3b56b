package dev.portcullis.admin.service;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.TokenSealer.UnusableKeyException;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.Set;

/**
 * A public key that tokens are sealed to.
 *
 * @param json the key as JWK (RFC 7517), with nothing but what makes it up
 * @param thumbprint RFC 7638 with SHA-256, base64url
 */
record UserKey(String json, String thumbprint) {
    static final int TEXT_MAX = 4_096;

    private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);
    private static final int RSA_BITS_MIN = 2_048;
    private static final int RSA_BITS_MAX = 8_192;
    /** FIPS 186-5, A.1.1: odd, above 2^16 and below 2^256. An exponent of 1 would seal nothing. */
    private static final BigInteger EXPONENT_MIN = BigInteger.valueOf(65_537);
    private static final int EXPONENT_BITS_MAX = 256;

    /**
     * The key that a text stands for.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; the message never repeats the text, in
     *     which a private key may have been
     */
    static UserKey parse(String field, String text) {
        if (text == null || text.isEmpty()) {
            throw ServiceException.invalid(field, "is required");
        }
        if (text.length() > TEXT_MAX) {
            throw ServiceException.invalid(
                    field, "must have at most " + TEXT_MAX + " characters");
        }
        JWK key = read(field, text);
        if (key.isPrivate()) {
            throw ServiceException.invalid(
                    field, "holds a private key; give the public key alone, and keep that one");
        }
        check(field, key);
        if (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.ENCRYPTION)) {
            throw ServiceException.invalid(field, "is for another use than encryption");
        }
        tryOut(field, key);
        try {
            return new UserKey(
                    JSONObjectUtils.toJSONString(key.toPublicJWK().getRequiredParams()),
                    key.computeThumbprint("SHA-256").toString());
        } catch (JOSEException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static JWK read(String field, String text) {
        try {
            return JWK.parse(text);
        } catch (ParseException | RuntimeException e) {
            // the library throws what it likes on texts that it did not expect, "null" among them
            throw ServiceException.invalid(field, "is not a public key as JWK (RFC 7517)");
        }
    }

    private static void check(String field, JWK key) {
        if (key instanceof ECKey ec) {
            // that the point is on the curve was checked when it was parsed
            if (!CURVES.contains(ec.getCurve())) {
                throw ServiceException.invalid(field, "must be on P-256, P-384 or P-521");
            }
        } else if (key instanceof RSAKey rsa) {
            checkRsa(field, rsa);
        } else {
            throw ServiceException.invalid(field, "must be an EC or RSA key");
        }
    }

    /** What the library lets pass, coordinates beyond the field among it, may still be no key. */
    private static void tryOut(String field, JWK key) {
        try {
            TokenSealer.tryOut(key);
        } catch (UnusableKeyException e) {
            throw ServiceException.invalid(field, "is a key that nothing can be sealed to");
        }
    }

    private static void checkRsa(String field, RSAKey key) {
        BigInteger modulus = key.getModulus().decodeToBigInteger();
        BigInteger exponent = key.getPublicExponent().decodeToBigInteger();
        if (modulus.bitLength() < RSA_BITS_MIN || modulus.bitLength() > RSA_BITS_MAX) {
            throw ServiceException.invalid(field, "must have 2,048 to 8,192 bits");
        }
        if (!modulus.testBit(0)
                || !exponent.testBit(0)
                || exponent.compareTo(EXPONENT_MIN) < 0
                || exponent.bitLength() > EXPONENT_BITS_MAX) {
            throw ServiceException.invalid(field, "is not a sound RSA key");
        }
    }
}
