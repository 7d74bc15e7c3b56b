package dev.portcullis.gateway.auth;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.NetBirdFormat;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.outcome.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Finds the credential of a request: {@code Authorization: Bearer T}, {@code Authorization: Token
 * T}, {@code Authorization: Basic base64(user:T)} or {@code X-Api-Key: T}. Schemes are
 * case-insensitive (RFC 9110, section 11.1). Never in a query or a cookie. T is a token of ours, or
 * one that was imported from NetBird.
 *
 * <p>Not thread-safe: one for each event loop. After {@link #read} returned null, {@link #refusal}
 * says why.
 */
public final class CredentialReader {
    private static final int BASIC_BYTES_MAX = 1024;

    private final TokenFormat format;
    private final NetBirdFormat netBird = new NetBirdFormat();
    private Refusal refusal;

    public CredentialReader(TokenFormat format) {
        this.format = format;
    }

    /** The claim of a request, or null when there is none to be verified. */
    public Claim read(RequestHead head) {
        if (head.credentials() != 1) {
            boolean none = head.credentials() == 0;
            refusal = none ? Refusal.CREDENTIAL_MISSING : Refusal.CREDENTIAL_AMBIGUOUS;
            return null;
        }
        refusal = Refusal.CREDENTIAL_INVALID;
        int field = head.authorization();
        return field >= 0
                ? authorization(head, field)
                : token(head.bytes(), head.valueFrom(head.apiKey()), head.valueTo(head.apiKey()));
    }

    /** Why there is no claim. */
    public Refusal refusal() {
        return refusal;
    }

    private Claim authorization(RequestHead head, int field) {
        byte[] bytes = head.bytes();
        int from = head.valueFrom(field);
        int to = head.valueTo(field);
        int schemeTo = from;
        while (schemeTo < to && bytes[schemeTo] != ' ') {
            schemeTo++;
        }
        int at = schemeTo;
        while (at < to && bytes[at] == ' ') {
            at++;
        }
        if (isScheme(bytes, from, schemeTo, "bearer") || isScheme(bytes, from, schemeTo, "token")) {
            return token(bytes, at, to);
        }
        return isScheme(bytes, from, schemeTo, "basic") ? basic(bytes, at, to) : null;
    }

    private Claim token(byte[] bytes, int from, int to) {
        return claim(parse(bytes, from, to), null);
    }

    /** The two forms differ in length. */
    private PresentedCredential parse(byte[] bytes, int from, int to) {
        return to - from == NetBirdFormat.LENGTH
                ? netBird.parse(bytes, from, to) : format.parse(bytes, from, to);
    }

    /** API keys are good for nothing but their exchange: here they are no credential. */
    private static Claim claim(PresentedCredential presented, String userName) {
        return presented == null || presented.kind() == CredentialKind.API_KEY
                ? null : new Claim(presented, userName);
    }

    private Claim basic(byte[] bytes, int from, int to) {
        if (to - from > BASIC_BYTES_MAX) {
            return null;
        }
        byte[] decoded;
        try {
            byte[] encoded = Arrays.copyOfRange(bytes, from, to);
            decoded = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        int colon = 0;
        while (colon < decoded.length && decoded[colon] != ':') {
            colon++;
        }
        if (colon == decoded.length) {
            return null;
        }
        String name = new String(decoded, 0, colon, StandardCharsets.UTF_8);
        return claim(parse(decoded, colon + 1, decoded.length), name);
    }

    private static boolean isScheme(byte[] bytes, int from, int to, String lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if ((bytes[from + i] | 0x20) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
