package dev.portcullis.admin.edge;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.Authenticator;
import java.util.List;

/**
 * Who calls, and may they: the first two checks of every request, the same on every edge. Any
 * thread that may block.
 */
public final class Callers {
    private final Authenticator authenticator;

    public Callers(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    /**
     * Authenticates, then authorises.
     *
     * @param authorization every Authorization header (or metadata value) of the request, as it
     *     came
     * @param reads whether what is asked for changes nothing
     * @throws ServiceException {@code INVALID_ARGUMENT} for more than one header, {@code
     *     UNAUTHENTICATED} for none or for one that proves nothing, {@code PERMISSION_DENIED}
     */
    public Actor admit(List<String> authorization, boolean reads, String source, String requestId) {
        Actor actor = identify(authorization, source, requestId);
        if (reads) {
            actor.requireReader();
        } else {
            actor.requireAdministrator();
        }
        return actor;
    }

    /**
     * Authenticates alone: what the caller may do is left to whoever is called.
     *
     * @throws ServiceException as {@link #admit}
     */
    public Actor identify(List<String> authorization, String source, String requestId) {
        if (authorization.size() > 1) {
            // which of them would count is a question an attacker could ask as well
            throw new ServiceException(ServiceException.Code.INVALID_ARGUMENT,
                    "authorization: more than one credential");
        }
        String token = authorization.isEmpty() ? null : tokenOf(authorization.get(0));
        return authenticator.authenticate(token, source, requestId);
    }

    /**
     * The token in {@code Bearer T} or {@code Token T}; the scheme is case-insensitive (RFC 9110,
     * section 11.1). What is malformed is an empty token: it fails as every other wrong one does.
     */
    private static String tokenOf(String header) {
        int space = header.indexOf(' ');
        if (space < 0) {
            return "";
        }
        String scheme = header.substring(0, space);
        boolean known = scheme.equalsIgnoreCase("Bearer") || scheme.equalsIgnoreCase("Token");
        return known ? header.substring(space + 1).trim() : "";
    }
}
