package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Actor.Holder;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.Usage;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.PresentedCredential;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.verify.CredentialRecord;
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
    private final Peppers peppers;
    private final UsageBuffer usages;
    private final InstantSource clock;

    /**
     * An authenticator against a store.
     *
     * @param peppers that hashes were or are made with
     * @param usages takes note of who called
     */
    public Authenticator(
            Store store,
            TokenFormat format,
            Peppers peppers,
            UsageBuffer usages,
            InstantSource clock) {
        this.store = store;
        this.format = format;
        this.peppers = peppers;
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
     *     blocked or deleted, or the token may not be used from there; {@code UNAVAILABLE} when the
     *     database cannot be read, or a pepper is missing
     */
    public Actor authenticate(String token, String source, String requestId) {
        PresentedCredential presented = parse(token);
        if (presented == null || presented.kind() != CredentialKind.ACCESS_TOKEN) {
            throw refusal(Rejection.INVALID);
        }
        Found found = store.read(transaction -> verified(transaction, presented));
        Principal principal = found.principal;
        if (principal == null) {
            throw ServiceException.permissionDenied("the token's user was deleted");
        }
        if (principal.blocked()) {
            throw ServiceException.permissionDenied("the token's user is blocked");
        }
        Restrictions restrictions = found.row.record().restrictions();
        if (!isAllowed(restrictions, source)) {
            throw ServiceException.permissionDenied(
                    "the token may not be used from this address");
        }
        usages.note(new Usage(found.row.id(), clock.millis(), source));
        return new Actor(
                principal.userId(), principal.name(), role(principal, restrictions),
                source, requestId, holder(found.row, principal));
    }

    /** A credential whose secret was right, and its user; null when there is none any more. */
    private record Found(CredentialRow row, Principal principal) {}

    /** What is restricted to applications is for them alone, and the admin API is none of them. */
    private static Role role(Principal principal, Restrictions restrictions) {
        return restrictions.applications().isEmpty()
                ? restrictions.cap(principal.roles().get(Principal.ALL_APPLICATIONS))
                : null;
    }

    private static Holder holder(CredentialRow row, Principal principal) {
        long expiresAt = row.record().expiresAtMillis();
        return new Holder(
                row.id(), principal.kind(), row.record().restrictions(),
                expiresAt == CredentialRecord.NEVER ? Long.MAX_VALUE : expiresAt - row.createdAt());
    }

    /** A source that is no address is in no range. */
    private static boolean isAllowed(Restrictions restrictions, String source) {
        if (restrictions.cidrs().isEmpty()) {
            return true;
        }
        try {
            Cidr from = Cidr.parse(source);
            return restrictions.cidrs().stream().anyMatch(range -> range.contains(from));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private PresentedCredential parse(String token) {
        if (token == null || token.length() != format.length()) {
            return null;
        }
        byte[] text = token.getBytes(StandardCharsets.UTF_8);
        return format.parse(text, 0, text.length);
    }

    /** The user is only looked for when the secret was right: until then, all cost the same. */
    private Found verified(ReadTransaction transaction, PresentedCredential presented)
            throws SQLException {
        CredentialRow row = transaction.credential(presented.prefix().toString());
        Verification verification = new TokenVerifier(peppers)
                .verify(presented, row == null ? null : row.record(), clock.millis());
        if (verification instanceof VerifiedCredential verified) {
            return new Found(row, transaction.principal(verified.credential().userId()));
        }
        throw refusal((Rejection) verification);
    }

    private static ServiceException refusal(Rejection rejection) {
        String message = switch (rejection) {
            case INVALID -> "a valid access token is needed";
            case EXPIRED -> "the access token has expired";
            case REVOKED -> "the access token was revoked";
            case REPLACED -> "the access token was replaced by another";
            case UNVERIFIABLE -> "the access token cannot be verified now";
        };
        Code code =
                rejection == Rejection.UNVERIFIABLE ? Code.UNAVAILABLE : Code.UNAUTHENTICATED;
        return new ServiceException(code, message);
    }
}
