package dev.portcullis.admin.service;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.portcullis.core.token.PlainToken;
import java.text.ParseException;

/**
 * Seals a token to its user's public key: JWE in compact form (RFC 7516), with ECDH-ES+A256KW or
 * RSA-OAEP-256 as the key is, and A256GCM. The header's {@code kid} is the key's thumbprint (RFC
 * 7638), so that a holder of several keys knows which one opens it.
 */
final class TokenSealer {
    private TokenSealer() {}

    /** A key that nothing can be sealed to. */
    static final class UnusableKeyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableKeyException(Throwable cause) {
            super("nothing can be sealed to the user's key", cause);
        }
    }

    /**
     * The sealed token.
     *
     * @param jwk a registered key
     * @throws UnusableKeyException when it is no key after all
     */
    static String seal(String jwk, PlainToken token) {
        try {
            return seal(JWK.parse(jwk), token.reveal());
        } catch (ParseException | JOSEException | RuntimeException e) {
            // the JDK refuses some keys with whatever its providers throw
            throw new UnusableKeyException(e);
        }
    }

    /**
     * Tries a key out, so that one to which nothing can be sealed is found before it is needed.
     *
     * @throws UnusableKeyException when it is such a one
     */
    static void tryOut(JWK key) {
        try {
            seal(key, "nothing");
        } catch (JOSEException | RuntimeException e) {
            throw new UnusableKeyException(e);
        }
    }

    private static String seal(JWK key, String text) throws JOSEException {
        JWEHeader header = new JWEHeader.Builder(algorithm(key), EncryptionMethod.A256GCM)
                .type(JOSEObjectType.JOSE)
                .contentType("text/plain")
                .keyID(key.computeThumbprint().toString())
                .build();
        JWEObject sealed = new JWEObject(header, new Payload(text));
        sealed.encrypt(encrypter(key));
        return sealed.serialize();
    }

    private static JWEAlgorithm algorithm(JWK key) throws JOSEException {
        if (key instanceof ECKey) {
            return JWEAlgorithm.ECDH_ES_A256KW;
        }
        if (key instanceof RSAKey) {
            return JWEAlgorithm.RSA_OAEP_256;
        }
        throw new JOSEException("neither an EC key nor an RSA key");
    }

    private static JWEEncrypter encrypter(JWK key) throws JOSEException {
        return key instanceof ECKey ec ? new ECDHEncrypter(ec) : new RSAEncrypter(key.toRSAKey());
    }
}
