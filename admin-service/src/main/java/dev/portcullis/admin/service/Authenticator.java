package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.verify.Rejection;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.Verification;
import dev.portcullis.core.verify.VerifiedCredential;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.InstantSource;

/**
 * Finds out who calls the admin API. It asks the database each time, so a revoked token is refused
 * from the commit on.
 *
 * <p>Any thread that may block.
 */
public final class Authenticator {
    private final Store store;
    private final TokenFormat format;
    private final UsageBuffer usages;
    private final InstantSource clock;

    /**
     * An authenticator against a store.
     *
     * @param usages takes note of who called
     */
    public Authenticator(
            Store store, TokenFormat format, UsageBuffer usages, InstantSource clock) {
        this.store = store;
        this.format = format;
        this.usages = usages;
        this.clock = clock;
    }

    /**
     * The actor that presented a token. What they may do is for the use cases to say.
     *
     * @param token the whole text, as it came; null when none came
     * @param source the caller's address, without port
     * @throws ServiceException {@code UNAUTHENTICATED}, with one and the same message for
     *     everything that is not the secret of a token; {@code PERMISSION_DENIED} when the user is
     *     blocked or deleted; {@code UNAVAILABLE} when the database cannot be read
     */
    public Actor authenticate(String token, String source, String requestId) {
        PresentedCredential presented = parse(token);
        if (presented == null || presented.kind() != CredentialKind.ACCESS_TOKEN) {
            throw refusal(Rejection.INVALID);
        }
        Principal principal = store.read(transaction -> verified(transaction, presented));
        if (principal == null) {
            throw ServiceException.permissionDenied("the token's user was deleted");
        }
        if (principal.blocked()) {
            throw ServiceException.permissionDenied("the token's user is blocked");
        }
        usages.note(new Usage(presented.prefix().toString(), clock.millis(), source));
        return new Actor(
                principal.userId(), principal.name(),
                principal.roles().get(Principal.ALL_APPLICATIONS), source, requestId);
    }

    private PresentedCredential parse(String token) {
        if (token == null || token.length() != format.length()) {
            return null;
        }
        byte[] text = token.getBytes(StandardCharsets.UTF_8);
        return format.parse(text, 0, text.length);
    }

    /** The user is only looked for when the secret was right: until then, all cost the same. */
    private Principal verified(ReadTransaction transaction, PresentedCredential presented)
            throws SQLException {
        CredentialRow row = transaction.credential(presented.prefix().toString());
        Verification verification = new TokenVerifier(Peppers.NONE)
                .verify(presented, row == null ? null : row.record(), clock.millis());
        if (verification instanceof VerifiedCredential verified) {
            return transaction.principal(verified.credential().userId());
        }
        throw refusal((Rejection) verification);
    }

    private static ServiceException refusal(Rejection rejection) {
        String message = switch (rejection) {
            case INVALID -> "a valid access token is needed";
            case EXPIRED -> "the access token has expired";
            case REVOKED, REPLACED -> "the access token was revoked";
            case UNVERIFIABLE -> "the access token cannot be verified now";
        };
        Code code =
                rejection == Rejection.UNVERIFIABLE ? Code.UNAVAILABLE : Code.UNAUTHENTICATED;
        return new ServiceException(code, message);
    }
}
