package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.GatewayStanding;
import dev.portcullis.admin.model.ListedGateway;
import dev.portcullis.admin.model.ListedGateway.State;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.Cursor;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Enrols gateways. An enrolment is an internal user with one credential, which opens the origin and
 * nothing else: such a user is granted nothing and can be given no other token.
 *
 * <p>The credential has no end of its own. A gateway that could not renew one in time would shut
 * everybody out, and it can be ended at any moment: enrol another, give that to the gateway, remove
 * the old one.
 *
 * <p>Any thread that may block.
 */
public final class Gateways {
    /** The most enrolments. Gateways that are alike may share one. */
    static final int ENROLLMENTS_MAX = 1_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Terms TERMS = new Terms(
            "enrolment", CredentialRecord.NEVER, null, Restrictions.NONE, null);

    private final Store store;
    private final TokenIssuer issuer;
    private final UserIds ids;
    private final Supplier<List<GatewayStanding>> standings;

    /**
     * Use cases on a store.
     *
     * @param mint of the policy's mark
     * @param random for new ids; thread-safe
     * @param standings how each gateway stands that watches or may hold a lease, by id
     */
    public Gateways(
            Store store,
            TokenPolicy policy,
            TokenMint mint,
            RandomGenerator random,
            Supplier<List<GatewayStanding>> standings) {
        this.store = store;
        this.standings = standings;
        this.issuer = new TokenIssuer(policy, mint);
        this.ids = new UserIds(random);
    }

    /**
     * What enrolling has made.
     *
     * @param issued its credential, whose plain text is had here and never again
     */
    public record Enrollment(User user, IssuedToken issued) {}

    /**
     * Makes an internal user and its credential.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code ALREADY_EXISTS} when any user, even
     *     a deleted one, has or had the name; {@code RESOURCE_EXHAUSTED} for one too many
     */
    public Committed<Enrollment> enroll(Actor actor, String name) {
        actor.requireAdministrator();
        checkName(name);
        Names.userName("name", name);
        UserRow row = Users.row(ids.next(), name, "An enrolled gateway.", UserKind.INTERNAL);
        return store.write(transaction -> {
            if (enrolled(transaction, ENROLLMENTS_MAX).size() >= ENROLLMENTS_MAX) {
                throw new ServiceException(Code.RESOURCE_EXHAUSTED,
                        "there are at most " + ENROLLMENTS_MAX + " enrolments; remove one, or let"
                                + " gateways that are alike share one");
            }
            return enroll(transaction, actor, row);
        });
    }

    private Committed<Enrollment> enroll(
            WriteTransaction transaction, Actor actor, UserRow row) throws SQLException {
        User user = Users.insert(transaction, actor, row, List.of()).value();
        Committed<IssuedToken> issued = issuer.issue(
                transaction, actor, CredentialKind.ACCESS_TOKEN,
                transaction.user(user.id()), TERMS);
        return new Committed<>(new Enrollment(user, issued.value()), issued.revision());
    }

    /**
     * Ends an enrolment: its user is deleted, softly, and its credential revoked.
     *
     * @throws ServiceException {@code NOT_FOUND} also for a user that is no gateway
     */
    public Committed<User> remove(Actor actor, String name) {
        actor.requireAdministrator();
        checkName(name);
        return store.write(transaction -> {
            UserRow row = transaction.userByNameKey(Names.key(name));
            if (row == null || row.deleted() || row.kind() != UserKind.INTERNAL) {
                throw ServiceException.notFound("gateway");
            }
            User before = Views.user(transaction, row);
            int revoked = transaction.deleteUser(row.id());
            transaction.audit(actor, new AuditEntry(
                    "user.delete", "user", row.id(),
                    AuditJson.user(before), AuditJson.deleted(revoked)));
            return new Committed<>(before, transaction.takeRevision());
        });
    }

    /**
     * All gateways, at one moment.
     *
     * @param gateways by id; enrolments that none of them uses come last, by name
     * @param revision the newest there is
     */
    public record Roll(List<ListedGateway> gateways, long revision) {}

    /** Every gateway that watches or may hold a lease, and the enrolments that none uses. */
    public Roll list(Actor actor) {
        actor.requireReader();
        // before the enrolments: who has come since then is not called absent for long
        List<GatewayStanding> known = standings.get();
        return store.read(transaction -> {
            long revision = transaction.revision();
            List<ListedGateway> listed = new ArrayList<>();
            Set<String> absent = new TreeSet<>();
            enrolled(transaction, ENROLLMENTS_MAX).forEach(row -> absent.add(row.name()));
            for (GatewayStanding standing : known) {
                absent.remove(standing.enrollment());
                listed.add(new ListedGateway(
                        standing, state(standing), Math.max(0, revision - standing.applied())));
            }
            absent.forEach(name -> listed.add(absent(name)));
            return new Roll(listed, revision);
        });
    }

    private static State state(GatewayStanding standing) {
        if (!standing.attached()) {
            return State.AWAY;
        }
        return standing.leaseUntil() == null ? State.WAITING : State.READY;
    }

    private static ListedGateway absent(String name) {
        GatewayStanding unknown =
                new GatewayStanding("", name, false, 0, null, "", "", "", null);
        return new ListedGateway(unknown, State.ABSENT, 0);
    }

    private static List<UserRow> enrolled(ReadTransaction transaction, int max)
            throws SQLException {
        return transaction.users(UserKind.INTERNAL, Cursor.START, max);
    }

    private static void checkName(String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw ServiceException.invalid("name", "must be 1 to 64 of A-Z a-z 0-9 . _ -");
        }
    }
}
