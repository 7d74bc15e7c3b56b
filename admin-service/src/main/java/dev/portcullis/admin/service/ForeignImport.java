package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.service.ForeignPlan.PlannedToken;
import dev.portcullis.admin.service.ForeignPlan.PlannedUser;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.GroupRow;
import dev.portcullis.admin.store.NewCredential;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Takes users and hashed tokens over from other systems. As {@link Users} for threads and errors.
 */
public final class ForeignImport {
    private final Store store;
    private final TokenPolicy policy;
    private final UserIds ids;
    private final InstantSource clock;

    /**
     * Use cases on a store.
     *
     * @param random for new ids; thread-safe
     */
    public ForeignImport(
            Store store, TokenPolicy policy, RandomGenerator random, InstantSource clock) {
        this.store = store;
        this.policy = policy;
        this.ids = new UserIds(random);
        this.clock = clock;
    }

    /** How much was made, and how much was there. */
    public record Imported(int usersCreated, int usersFound, int tokensCreated, int tokensFound) {
        private Imported plus(Imported other) {
            return new Imported(
                    usersCreated + other.usersCreated, usersFound + other.usersFound,
                    tokensCreated + other.tokensCreated, tokensFound + other.tokensFound);
        }
    }

    /**
     * Takes over all of it or nothing. A user whose name exists already is used as it is; a token
     * that was imported before is passed over.
     *
     * <p>Nothing tells a token that was issued elsewhere from one that was made up for this. So the
     * rule that no token issues a broader or longer-lived one holds here too: a restricted token
     * takes nothing over, as what it would make has no restriction. The tokens live as they were
     * issued, even longer than the policy allows, where the actor's was made to live as long as
     * any may: as the first administrator's is.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code ALREADY_EXISTS} when a name was a
     *     deleted user's, or a token is another credential already; {@code FAILED_PRECONDITION} for
     *     tokens of an internal user; {@code PERMISSION_DENIED}
     */
    public Committed<Imported> take(Actor actor, List<ForeignUser> users) {
        actor.requireAdministrator();
        if (actor.holder() != null && !Restrictions.NONE.within(actor.holder().restrictions())) {
            throw ServiceException.permissionDenied(
                    "a restricted token cannot import, as what is imported has no restrictions");
        }
        List<PlannedUser> planned = ForeignPlan.of(users, policy, clock.instant());
        checkLives(actor, planned);
        return store.write(transaction -> {
            Imported sum = new Imported(0, 0, 0, 0);
            for (PlannedUser user : planned) {
                sum = sum.plus(take(transaction, actor, user));
            }
            boolean changed = sum.usersCreated > 0 || sum.tokensCreated > 0;
            return new Committed<>(
                    sum, changed ? transaction.takeRevision() : transaction.revision());
        });
    }

    private void checkLives(Actor actor, List<PlannedUser> planned) {
        long longest = policy.allowNonExpiring()
                ? CredentialRecord.NEVER : policy.maxLifetime().toMillis();
        if (actor.holder() == null || actor.holder().lifetimeMillis() >= longest) {
            return;
        }
        long now = clock.millis();
        for (PlannedUser user : planned) {
            for (PlannedToken token : user.tokens()) {
                long lifetime = token.expiresAt() == CredentialRecord.NEVER
                        ? CredentialRecord.NEVER : token.expiresAt() - now;
                TokenIssuer.checkWithin(actor, Restrictions.NONE, lifetime);
            }
        }
    }

    private Imported take(WriteTransaction transaction, Actor actor, PlannedUser planned)
            throws SQLException {
        UserRow user = transaction.userByNameKey(Names.key(planned.name()));
        boolean made = user == null;
        if (made) {
            user = make(transaction, actor, planned);
        }
        checkUsable(user, planned.name());
        int tokens = 0;
        for (PlannedToken token : planned.tokens()) {
            if (isNew(transaction, user, token)) {
                make(transaction, actor, user, token);
                tokens++;
            }
        }
        return new Imported(
                made ? 1 : 0, made ? 0 : 1, tokens, planned.tokens().size() - tokens);
    }

    private static void checkUsable(UserRow user, String name) {
        if (user.deleted()) {
            throw new ServiceException(
                    Code.ALREADY_EXISTS, "a deleted user had the name \"" + name + "\"");
        }
        if (user.kind() == UserKind.INTERNAL) {
            throw new ServiceException(
                    Code.FAILED_PRECONDITION,
                    "\"" + name + "\" is a user of Portcullis itself, who is given no tokens");
        }
    }

    private UserRow make(WriteTransaction transaction, Actor actor, PlannedUser planned)
            throws SQLException {
        UserRow row =
                Users.row(ids.next(), planned.name(), planned.description(), planned.kind());
        List<Binding> bindings = planned.role() == null
                ? List.of()
                : List.of(new Binding(row.id(), Principal.ALL_APPLICATIONS, planned.role()));
        List<GroupRow> groups = new ArrayList<>();
        for (String group : planned.groups()) {
            groups.add(group(transaction, actor, group));
        }
        Users.insert(transaction, actor, row, bindings, groups);
        UserRow made = transaction.user(row.id());
        if (planned.blocked()) {
            transaction.setBlocked(made.id(), true);
            transaction.audit(actor, new AuditEntry(
                    "user.block", "user", made.id(),
                    AuditJson.user(made, false), AuditJson.user(made, true)));
        }
        return made;
    }

    private GroupRow group(WriteTransaction transaction, Actor actor, String name)
            throws SQLException {
        GroupRow row = transaction.groups().groupByNameKey(Names.key(name));
        return row == null ? GroupSteps.insert(transaction, actor, ids.nextGroup(), name) : row;
    }

    private static boolean isNew(WriteTransaction transaction, UserRow user, PlannedToken token)
            throws SQLException {
        CredentialRow other = transaction.credential(token.prefix().toString());
        if (other == null) {
            return true;
        }
        boolean same = other.record().hash().equals(token.hash())
                && other.record().userId().equals(user.id());
        if (!same) {
            throw new ServiceException(
                    Code.ALREADY_EXISTS,
                    "the token \"" + token.name() + "\" of \"" + user.name()
                            + "\" is a credential of another user, or has its prefix: "
                            + token.prefix());
        }
        return false;
    }

    private static void make(
            WriteTransaction transaction, Actor actor, UserRow user, PlannedToken token)
            throws SQLException {
        CredentialRecord record = new CredentialRecord(
                token.prefix(), CredentialKind.ACCESS_TOKEN, token.hash(), user.id(),
                CredentialState.LIVE, token.expiresAt());
        CredentialRow row = transaction.credentialWriter().insert(
                new NewCredential(record, token.name(), actor.userId()));
        transaction.exchangeWriter().setPast(row.id(), token.createdAt(), token.lastUsedAt());
        transaction.audit(actor, new AuditEntry(
                "token.import", "token", row.id(), null, AuditJson.credential(row, "live")));
    }
}
