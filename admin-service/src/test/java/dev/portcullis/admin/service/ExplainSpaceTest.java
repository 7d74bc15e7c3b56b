package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Explanation;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.NewCredential;
import dev.portcullis.core.access.Access;
import dev.portcullis.core.access.AccessPolicy;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Decision;
import dev.portcullis.core.access.Denial;
import dev.portcullis.core.access.Permit;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.Source;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.core.verify.Rejection;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.Verification;
import dev.portcullis.core.verify.VerifiedCredential;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Made-up users, groups, bindings and credentials: an explanation says what verifying the secret
 * and deciding come to, over roles that this test resolves by itself.
 */
class ExplainSpaceTest extends ServiceFixture {
    private static final int USERS = 12;
    private static final int GROUPS = 5;
    private static final int CREDENTIALS = 60;
    private static final int REQUESTS = 1_500;
    private static final List<String> APPLICATIONS = List.of("a", "b", "c");
    private static final List<String> SOURCES =
            List.of("10.1.2.3", "192.0.2.7", "2001:db8::1", "::ffff:10.0.0.1", "");

    private final long seed = Long.getLong("portcullis.seed", new Random().nextLong());
    private final Random chance = new Random(seed);
    private final TokenFormat format = new TokenFormat(TokenFormat.DEFAULT_MARK);
    private final TokenMint mint = new TokenMint(format, chance);
    private final List<Made> credentials = new ArrayList<>();
    private final List<CredentialRecord> keys = new ArrayList<>();
    private final List<String> userIds = new ArrayList<>();
    private final Map<String, Boolean> blocked = new HashMap<>();
    private final Map<String, Set<String>> groupsOf = new HashMap<>();
    /** Subject and application to role. */
    private final Map<String, Map<String, Role>> given = new HashMap<>();

    private record Made(MintedToken minted, CredentialRecord record) {}

    @Test
    void explanation_isWhatTheGatewayWouldDecide() throws Exception {
        makeUsersAndGroups();
        makeOneOfEach();
        for (int i = 0; i < CREDENTIALS; i++) {
            makeCredential();
        }
        Explain explain = new Explain(test.store(), clock);
        Set<String> codes = new HashSet<>();
        for (int i = 0; i < REQUESTS; i++) {
            String application = pick(APPLICATIONS);
            String method = pick(List.of("GET", "HEAD", "POST", "DELETE", "get", "QUERY"));
            String source = pick(SOURCES);
            Made made = chance.nextInt(4) == 0 ? null : pick(credentials);
            String user = made == null ? pick(userIds) : made.record.userId();
            Explanation told = explain.explain(AUDITOR, new ExplainQuery(
                    made == null ? user : null,
                    made == null ? null : made.record.prefix().toString(),
                    application, method, null, source));
            codes.add(check(told, made == null ? unrestricted(user) : made,
                    application, Access.of(method), source));
        }
        assertThat(codes).as("seed %d", seed).contains(
                "", "access_denied", "write_denied", "source_denied", "user_blocked",
                "credential_revoked", "credential_expired");
    }

    private String check(
            Explanation told, Made made, String application, Access access, String source)
            throws Exception {
        byte[] text = made.minted.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        CredentialRecord parent = keys.stream()
                .filter(key -> key.prefix().equals(made.record.parent())).findAny().orElse(null);
        Verification verification = new TokenVerifier(Peppers.NONE).verify(
                format.parse(text, 0, text.length), made.record, parent, clock.millis());
        String expected;
        if (verification instanceof VerifiedCredential verified) {
            Decision decision = AccessPolicy.decide(
                    verified, principal(made.record.userId()), application, access,
                    source.isEmpty()
                            ? Source.UNKNOWN
                            : Source.of(InetAddress.getByName(source)));
            expected = decision instanceof Denial denial
                    ? denial.name().toLowerCase(Locale.ROOT)
                    : "";
            if (decision instanceof Permit permit) {
                assertThat(told.role()).as("seed %d, %s", seed, told).isEqualTo(permit.role());
            }
        } else {
            expected = verification == Rejection.EXPIRED
                    ? "credential_expired"
                    : "credential_revoked";
        }
        assertThat(told.code()).as("seed %d, %s", seed, told).isEqualTo(expected);
        assertThat(told.allowed()).isEqualTo(expected.isEmpty());
        assertThat(told.access()).isEqualTo(access);
        checkBindings(told, made.record.userId(), application);
        checkLastReason(told);
        return expected;
    }

    /** All that give a role there and no other, the one that decides in front. */
    private void checkBindings(Explanation told, String userId, String application) {
        List<Binding> expected = new ArrayList<>();
        List<String> subjects = new ArrayList<>(groupsOf.get(userId));
        subjects.add(userId);
        for (String subject : subjects) {
            given.getOrDefault(subject, Map.of()).forEach((on, role) -> {
                if (on.equals(application) || on.equals("*")) {
                    expected.add(new Binding(subject, on, role));
                }
            });
        }
        assertThat(told.bindings()).as("seed %d", seed)
                .extracting(Explanation.ExplainedBinding::binding)
                .containsExactlyInAnyOrderElementsOf(expected);
        if (!expected.isEmpty()) {
            assertThat(told.bindings().get(0).binding().role())
                    .isEqualTo(principal(userId).roleOn(application));
        }
    }

    /** The last reason is the one that decided. */
    private void checkLastReason(Explanation told) {
        String last = told.reasons().get(told.reasons().size() - 1);
        assertThat(last).as("seed %d, %s", seed, told).matches(switch (told.code()) {
            case "" -> "the role \\w+ may (read|write)";
            case "write_denied" -> "the role reader may not write";
            case "source_denied" -> "the token may be used from .* only, and .*";
            case "user_blocked" -> "the user u\\d+ is blocked";
            case "credential_expired" -> ".*expired at .*";
            case "credential_revoked" -> ".*(revoked|replaced|is not there for it).*";
            default -> "no binding gives a role on .*|the token is for .* only"
                    + "|an auditor reads .*|an API key opens nothing .*|.* leaves nothing of it";
        });
    }

    // ------------------------------------------------------------------------------- the space

    private void makeUsersAndGroups() {
        for (int i = 0; i < USERS; i++) {
            String id = user("u" + i).id();
            userIds.add(id);
            groupsOf.put(id, new HashSet<>());
            blocked.put(id, chance.nextInt(5) == 0);
            if (blocked.get(id)) {
                users.block(ADMIN, id);
            }
            bind(Subject.user(id), id);
        }
        for (int g = 0; g < GROUPS; g++) {
            String id = groups.create(ADMIN, "g" + g, null).value().id();
            bind(Subject.group(id), id);
            for (String user : userIds) {
                if (chance.nextInt(3) == 0) {
                    groups.addMembers(ADMIN, id, List.of(user));
                    groupsOf.get(user).add(id);
                }
            }
        }
    }

    /** So that every code is come by, whatever the seed. */
    private void makeOneOfEach() {
        String reader = user("u" + USERS, new NewUser.NewBinding("*", Role.READER)).id();
        String shut = user("u" + (USERS + 1), new NewUser.NewBinding("*", Role.READER)).id();
        users.block(ADMIN, shut);
        for (String id : List.of(reader, shut)) {
            userIds.add(id);
            groupsOf.put(id, new HashSet<>());
            blocked.put(id, id.equals(shut));
            given.put(id, new HashMap<>(Map.of("*", Role.READER)));
        }
        Restrictions office = new Restrictions(
                null, Set.of(), List.of(Cidr.parse("10.0.0.0/8")));
        long never = CredentialRecord.NEVER;
        for (CredentialState state : CredentialState.values()) {
            for (long expiresAt : new long[] {clock.millis(), never}) {
                MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
                CredentialRecord record = new CredentialRecord(
                        minted.prefix(), minted.kind(), minted.hash(), reader, state, expiresAt,
                        never, office, null);
                insert(record);
                credentials.add(new Made(minted, record));
            }
        }
    }

    private void bind(Subject subject, String id) {
        for (String application : List.of("a", "b", "*")) {
            if (chance.nextInt(4) == 0) {
                Role role = pick(List.of(Role.values()));
                bindings.put(ADMIN, subject, role, application);
                given.computeIfAbsent(id, unused -> new HashMap<>()).put(application, role);
            }
        }
    }

    private Principal principal(String userId) {
        Map<String, Role> roles = new HashMap<>(given.getOrDefault(userId, Map.of()));
        for (String group : groupsOf.get(userId)) {
            given.getOrDefault(group, Map.of()).forEach((application, role) -> roles.merge(
                    application, role, (x, y) -> x.ordinal() > y.ordinal() ? x : y));
        }
        return new Principal(
                userId, "x", UserKind.SERVICE, blocked.get(userId), List.of(), roles);
    }

    private void makeCredential() {
        CredentialKind kind = pick(List.of(
                CredentialKind.ACCESS_TOKEN, CredentialKind.ACCESS_TOKEN,
                CredentialKind.API_KEY, CredentialKind.EXCHANGED_TOKEN));
        CredentialRecord parent =
                kind == CredentialKind.EXCHANGED_TOKEN && !keys.isEmpty() ? pick(keys) : null;
        if (parent == null && kind == CredentialKind.EXCHANGED_TOKEN) {
            return;
        }
        String user = parent == null ? pick(userIds) : parent.userId();
        long now = clock.millis();
        CredentialState state =
                chance.nextInt(8) == 0 ? CredentialState.REVOKED : CredentialState.LIVE;
        long expiresAt = pick(List.of(
                now - 1, now, now + 1, CredentialRecord.NEVER, CredentialRecord.NEVER));
        MintedToken minted = mint.mint(kind);
        CredentialRecord record = new CredentialRecord(
                minted.prefix(), kind, minted.hash(), user, state, expiresAt,
                CredentialRecord.NEVER, restrictions(), parent == null ? null : parent.prefix());
        insert(record);
        if (chance.nextInt(6) == 0 && state == CredentialState.LIVE && expiresAt > now) {
            record = replaced(record, chance.nextBoolean() ? now : now + 1);
        }
        credentials.add(new Made(minted, record));
        if (kind == CredentialKind.API_KEY) {
            keys.add(record);
        }
    }

    private void insert(CredentialRecord record) {
        test.store().write(transaction -> {
            transaction.credentialWriter().insert(new NewCredential(record, "made", "system"));
            transaction.audit(ADMIN, new AuditEntry("token.issue", "token", "x", null, null));
            return null;
        });
    }

    private CredentialRecord replaced(CredentialRecord record, long at) {
        TokenPrefix successor = mint.mint(record.kind()).prefix();
        test.store().write(transaction -> {
            transaction.credentialWriter()
                    .replace(record.prefix().toString(), successor.toString(), at);
            transaction.audit(ADMIN, new AuditEntry("token.rotate", "token", "x", null, null));
            return null;
        });
        return new CredentialRecord(
                record.prefix(), record.kind(), record.hash(), record.userId(), record.state(),
                record.expiresAtMillis(), at, record.restrictions(), record.parent());
    }

    private Restrictions restrictions() {
        return new Restrictions(
                chance.nextInt(3) == 0 ? pick(List.of(Role.values())) : null,
                chance.nextInt(4) == 0 ? Set.of(pick(APPLICATIONS)) : Set.of(),
                chance.nextInt(4) == 0
                        ? List.of(Cidr.parse(pick(List.of("10.0.0.0/8", "2001:db8::/32"))))
                        : List.of());
    }

    /** What stands for a user: a token that they might have. */
    private Made unrestricted(String user) {
        MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
        return new Made(minted, new CredentialRecord(
                minted.prefix(), minted.kind(), minted.hash(), user, CredentialState.LIVE,
                CredentialRecord.NEVER));
    }

    private <T> T pick(List<T> from) {
        return from.get(chance.nextInt(from.size()));
    }
}
