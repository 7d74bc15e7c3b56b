package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.service.KeyExchange;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * How the clients of OAuth say who they are: by an API key in the Authorization header or in the
 * form (RFC 6749, section 2.3.1), never in both; or by an access token, where an operation takes
 * one.
 */
final class ClientAuthentication {
    private static final String BASIC = "Basic ";

    private final KeyExchange keys;
    private final Admission admission;

    ClientAuthentication(KeyExchange keys, Admission admission) {
        this.keys = keys;
        this.admission = admission;
    }

    /** Id and secret of an API key, as presented. */
    record Key(String id, String secret) {
        /** Nothing of the secret. */
        @Override
        public String toString() {
            return "key " + Fields.printable(id);
        }
    }

    /** Whether a request carries an access token instead of a key. */
    static boolean byToken(RestRequest request) {
        List<String> given = request.authorization();
        return given.size() == 1 && !isBasic(given.get(0));
    }

    /** Who calls: by key or by access token. */
    Actor caller(RestRequest request, Form form) {
        if (byToken(request)) {
            if (form.get("client_secret") != null) {
                throw OauthException.invalidRequest("more than one credential");
            }
            return admission.identify(request);
        }
        Key key = key(request, form);
        return admission.attempt(request.source(), () -> keys.authenticate(
                key.id(), key.secret(), request.source(), request.requestId()));
    }

    /**
     * The key that a request presents; not looked at yet.
     *
     * @throws OauthException {@code invalid_client} for none, {@code invalid_request} for two
     */
    static Key key(RestRequest request, Form form) {
        List<String> given = request.authorization();
        String id = form.get("client_id");
        String secret = form.get("client_secret");
        if (given.size() > 1 || !given.isEmpty() && secret != null) {
            throw OauthException.invalidRequest("more than one credential");
        }
        if (given.isEmpty()) {
            if (id == null || secret == null) {
                throw OauthException.invalidClient("an API key is needed: its id and its secret");
            }
            return new Key(id, secret);
        }
        Key key = basic(given.get(0));
        if (id != null && !id.equals(key.id())) {
            throw OauthException.invalidRequest("client_id is another than that of the key");
        }
        return key;
    }

    private static boolean isBasic(String header) {
        return header.regionMatches(true, 0, BASIC, 0, BASIC.length());
    }

    /** What cannot be read proves nothing, and is told no further. */
    private static Key basic(String header) {
        if (isBasic(header)) {
            try {
                byte[] octets = Base64.getDecoder().decode(
                        header.substring(BASIC.length()).trim());
                String text = StandardCharsets.UTF_8.newDecoder()
                        .decode(ByteBuffer.wrap(octets)).toString();
                int colon = text.indexOf(':');
                if (colon > 0) {
                    return new Key(
                            Form.decode(text.substring(0, colon)),
                            Form.decode(text.substring(colon + 1)));
                }
            } catch (IllegalArgumentException | CharacterCodingException | OauthException e) {
                // told below, as everything else that is no key
            }
        }
        throw OauthException.invalidClient("a valid API key is needed");
    }
}
