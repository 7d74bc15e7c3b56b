package dev.portcullis.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.SeededRandom;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.core.verify.TokenVerifier;
import dev.portcullis.core.verify.VerifiedCredential;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessPolicyTest {
    private static final String USER = "usr_1";
    private static final String APP = "orders";
    private static final Source SOURCE = Source.of(InetAddress.getLoopbackAddress());
    private static final TokenFormat FORMAT = new TokenFormat(TokenFormat.DEFAULT_MARK);

    private final TokenMint mint = new TokenMint(FORMAT, SeededRandom.create());
    private final VerifiedCredential verified = verified(CredentialKind.ACCESS_TOKEN);

    @ParameterizedTest
    @CsvSource({
        // on the application, on all, read, write
        "        ,        , ACCESS_DENIED, ACCESS_DENIED",
        "        , AUDITOR, ACCESS_DENIED, ACCESS_DENIED",
        "        , READER , READER       , WRITE_DENIED",
        "        , WRITER , WRITER       , WRITER",
        "        , ADMIN  , ADMIN        , ADMIN",
        "AUDITOR ,        , ACCESS_DENIED, ACCESS_DENIED",
        "AUDITOR , AUDITOR, ACCESS_DENIED, ACCESS_DENIED",
        "AUDITOR , READER , READER       , WRITE_DENIED",
        "AUDITOR , WRITER , WRITER       , WRITER",
        "AUDITOR , ADMIN  , ADMIN        , ADMIN",
        "READER  ,        , READER       , WRITE_DENIED",
        "READER  , AUDITOR, READER       , WRITE_DENIED",
        "READER  , READER , READER       , WRITE_DENIED",
        "READER  , WRITER , WRITER       , WRITER",
        "READER  , ADMIN  , ADMIN        , ADMIN",
        "WRITER  ,        , WRITER       , WRITER",
        "WRITER  , AUDITOR, WRITER       , WRITER",
        "WRITER  , READER , WRITER       , WRITER",
        "WRITER  , WRITER , WRITER       , WRITER",
        "WRITER  , ADMIN  , ADMIN        , ADMIN",
        "ADMIN   ,        , ADMIN        , ADMIN",
        "ADMIN   , AUDITOR, ADMIN        , ADMIN",
        "ADMIN   , READER , ADMIN        , ADMIN",
        "ADMIN   , WRITER , ADMIN        , ADMIN",
        "ADMIN   , ADMIN  , ADMIN        , ADMIN",
    })
    void everyPairOfRoles_decidesByTheHigher(Role own, Role everywhere, String read, String write) {
        Map<String, Role> roles = new HashMap<>();
        if (own != null) {
            roles.put(APP, own);
        }
        if (everywhere != null) {
            roles.put(Principal.ALL_APPLICATIONS, everywhere);
        }
        Principal principal = principal(false, roles);
        assertThat(outcome(principal, Access.READ)).isEqualTo(read);
        assertThat(outcome(principal, Access.WRITE)).isEqualTo(write);
    }

    @Test
    void roleOnAnotherApplication_givesNothing() {
        Principal principal = principal(false, Map.of("Orders", Role.ADMIN, "order", Role.ADMIN));
        assertThat(outcome(principal, Access.READ)).isEqualTo("ACCESS_DENIED");
        assertThat(outcome(principal, Access.WRITE)).isEqualTo("ACCESS_DENIED");
    }

    @Test
    void noBinding_isDenied() {
        assertThat(outcome(principal(false, Map.of()), Access.READ)).isEqualTo("ACCESS_DENIED");
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void blockedUser_isDeniedWhateverTheRole(Role role) {
        Principal principal = principal(true, Map.of(APP, role, Principal.ALL_APPLICATIONS, role));
        for (Access access : Access.values()) {
            assertThat(outcome(principal, access)).isEqualTo("USER_BLOCKED");
        }
    }

    @Test
    void missingPrincipal_isDenied() {
        for (Access access : Access.values()) {
            assertThat(outcome(null, access)).isEqualTo("ACCESS_DENIED");
        }
    }

    @Test
    void principalOfSomebodyElse_isDeniedWithoutTellingThatTheyAreBlocked() {
        for (boolean blocked : new boolean[] {false, true}) {
            Principal other = new Principal(
                    "usr_2", "other", UserKind.SERVICE, blocked, List.of(),
                    Map.of(Principal.ALL_APPLICATIONS, Role.ADMIN));
            assertThat(outcome(other, Access.READ)).isEqualTo("ACCESS_DENIED");
        }
    }

    @Test
    void apiKey_opensNothingByItself() {
        Principal admin = principal(false, Map.of(Principal.ALL_APPLICATIONS, Role.ADMIN));
        for (Access access : Access.values()) {
            VerifiedCredential key = verified(CredentialKind.API_KEY);
            assertThat(AccessPolicy.decide(key, admin, APP, access, SOURCE))
                    .isEqualTo(Denial.ACCESS_DENIED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // on the application, cap, read, write
        "AUDITOR, AUDITOR, ACCESS_DENIED, ACCESS_DENIED",
        "AUDITOR, READER , ACCESS_DENIED, ACCESS_DENIED",
        "AUDITOR, WRITER , ACCESS_DENIED, ACCESS_DENIED",
        "AUDITOR, ADMIN  , ACCESS_DENIED, ACCESS_DENIED",
        "READER , AUDITOR, ACCESS_DENIED, ACCESS_DENIED",
        "READER , READER , READER       , WRITE_DENIED",
        "READER , WRITER , READER       , WRITE_DENIED",
        "READER , ADMIN  , READER       , WRITE_DENIED",
        "WRITER , AUDITOR, ACCESS_DENIED, ACCESS_DENIED",
        "WRITER , READER , READER       , WRITE_DENIED",
        "WRITER , WRITER , WRITER       , WRITER",
        "WRITER , ADMIN  , WRITER       , WRITER",
        "ADMIN  , AUDITOR, ACCESS_DENIED, ACCESS_DENIED",
        "ADMIN  , READER , READER       , WRITE_DENIED",
        "ADMIN  , WRITER , WRITER       , WRITER",
        "ADMIN  , ADMIN  , ADMIN        , ADMIN",
    })
    void everyCap_leavesWhatItAndTheRoleHaveInCommon(
            Role role, Role cap, String read, String write) {
        VerifiedCredential capped = verified(new Restrictions(cap, Set.of(), List.of()));
        Principal principal = principal(false, Map.of(Principal.ALL_APPLICATIONS, role));
        assertThat(outcome(capped, principal, Access.READ, SOURCE)).isEqualTo(read);
        assertThat(outcome(capped, principal, Access.WRITE, SOURCE)).isEqualTo(write);
    }

    /** The cap is on what the user has there, by all bindings; it gives nothing. */
    @Test
    void capWithoutARole_opensNothing() {
        VerifiedCredential capped = verified(new Restrictions(Role.ADMIN, Set.of(), List.of()));
        Principal principal = principal(false, Map.of("other", Role.ADMIN));
        assertThat(outcome(capped, principal, Access.READ, SOURCE)).isEqualTo("ACCESS_DENIED");
    }

    @Test
    void credentialForOtherApplications_isDeniedThoughTheUserHasARole() {
        Principal admin = principal(false, Map.of(Principal.ALL_APPLICATIONS, Role.ADMIN));
        VerifiedCredential here = verified(new Restrictions(null, Set.of(APP, "x"), List.of()));
        assertThat(outcome(here, admin, Access.WRITE, SOURCE)).isEqualTo("ADMIN");
        for (String other : new String[] {"billing", "Orders", "*"}) {
            VerifiedCredential there =
                    verified(new Restrictions(null, Set.of(other), List.of()));
            for (Access access : Access.values()) {
                assertThat(outcome(there, admin, access, SOURCE)).isEqualTo("ACCESS_DENIED");
            }
        }
    }

    @Test
    void credentialForOtherAddresses_isDeniedByItsSource() throws Exception {
        Principal admin = principal(false, Map.of(Principal.ALL_APPLICATIONS, Role.ADMIN));
        VerifiedCredential office = verified(new Restrictions(
                null, Set.of(), List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("2001:db8::/32"))));
        for (String in : new String[] {"10.1.2.3", "2001:db8::7"}) {
            assertThat(outcome(office, admin, Access.WRITE, Source.of(InetAddress.getByName(in))))
                    .isEqualTo("ADMIN");
        }
        for (String out : new String[] {"11.1.2.3", "2001:db9::7", "127.0.0.1", "::1"}) {
            assertThat(outcome(office, admin, Access.READ, Source.of(InetAddress.getByName(out))))
                    .isEqualTo("SOURCE_DENIED");
        }
        assertThat(outcome(office, admin, Access.READ, Source.UNKNOWN)).isEqualTo("SOURCE_DENIED");
        assertThat(outcome(verified, admin, Access.READ, Source.UNKNOWN)).isEqualTo("ADMIN");
    }

    @Test
    void credentialForCertificates_isDeniedWithoutOneOfThem() {
        Principal admin = principal(false, Map.of(Principal.ALL_APPLICATIONS, Role.ADMIN));
        Fingerprint good = Fingerprint.parse("ab".repeat(32));
        VerifiedCredential proved = verified(new Restrictions(
                null, Set.of(), List.of(Cidr.parse("127.0.0.0/8")), Set.of(good)));
        InetAddress here = InetAddress.getLoopbackAddress();
        assertThat(outcome(proved, admin, Access.WRITE, new Source(here, good)))
                .isEqualTo("ADMIN");
        for (Source other : new Source[] {
            Source.of(here), new Source(here, Fingerprint.parse("cd".repeat(32))),
            new Source(null, good), Source.UNKNOWN
        }) {
            assertThat(outcome(proved, admin, Access.READ, other)).isEqualTo("SOURCE_DENIED");
        }
    }

    /** Each line adds one reason in front of those of the line before, and that one is told. */
    @Test
    void severalReasons_areToldInOneOrder() {
        Principal reader = principal(false, Map.of(APP, Role.READER));
        Principal blocked = principal(true, Map.of(APP, Role.READER));
        List<Cidr> elsewhere = List.of(Cidr.parse("192.0.2.0/24"));
        assertThat(outcome(verified, reader, Access.WRITE, SOURCE)).isEqualTo("WRITE_DENIED");
        VerifiedCredential restricted = verified(new Restrictions(null, Set.of(), elsewhere));
        assertThat(outcome(restricted, reader, Access.WRITE, SOURCE)).isEqualTo("SOURCE_DENIED");
        restricted = verified(new Restrictions(null, Set.of("other"), elsewhere));
        assertThat(outcome(restricted, reader, Access.WRITE, SOURCE)).isEqualTo("ACCESS_DENIED");
        assertThat(outcome(restricted, blocked, Access.WRITE, SOURCE)).isEqualTo("USER_BLOCKED");
        assertThat(outcome(restricted, null, Access.WRITE, SOURCE)).isEqualTo("ACCESS_DENIED");
    }

    @Test
    void permit_restsOnTheCappedRole() {
        VerifiedCredential capped = verified(new Restrictions(Role.READER, Set.of(), List.of()));
        Principal admin = principal(false, Map.of(APP, Role.ADMIN));
        assertThat(AccessPolicy.decide(capped, admin, APP, Access.READ, SOURCE))
                .isInstanceOfSatisfying(
                        Permit.class,
                        permit -> assertThat(permit.role()).isEqualTo(Role.READER));
    }

    @Test
    void permit_namesWhoByWhatWhereAndAsWhat() {
        Principal principal = principal(false, Map.of(APP, Role.WRITER));
        assertThat(AccessPolicy.decide(verified, principal, APP, Access.WRITE, SOURCE))
                .isInstanceOfSatisfying(Permit.class, permit -> {
                    assertThat(permit.principal()).isSameAs(principal);
                    assertThat(permit.credential()).isEqualTo(verified.credential().prefix());
                    assertThat(permit.application()).isEqualTo(APP);
                    assertThat(permit.role()).isEqualTo(Role.WRITER);
                });
    }

    @ParameterizedTest
    @CsvSource({
        "GET, READ", "HEAD, READ", "OPTIONS, READ",
        "POST, WRITE", "PUT, WRITE", "PATCH, WRITE", "DELETE, WRITE", "CONNECT, WRITE",
        "TRACE, WRITE", "PROPFIND, WRITE", "QUERY, WRITE", "PRI, WRITE", "get, WRITE",
        "Get, WRITE", "'', WRITE", "'GET ', WRITE", "' GET', WRITE", "GETS, WRITE",
        "HEADER, WRITE", "OPTION, WRITE",
    })
    void method_needsTheAccessOfTheTable(String method, Access access) {
        assertThat(Access.of(method)).isEqualTo(access);
    }

    @Test
    void methodWithAControlCharacter_writes() {
        assertThat(Access.of("GET\0")).isEqualTo(Access.WRITE);
        assertThat(Access.of("GET\r\n")).isEqualTo(Access.WRITE);
    }

    @Test
    void principal_doesNotChangeWithWhatItWasMadeFrom() {
        Map<String, Role> roles = new HashMap<>(Map.of(APP, Role.READER));
        List<String> groups = new ArrayList<>(List.of("ci"));
        Principal principal =
                new Principal(USER, "robot", UserKind.SERVICE, false, groups, roles);
        roles.put(APP, Role.ADMIN);
        groups.add("root");
        assertThat(principal.roleOn(APP)).isEqualTo(Role.READER);
        assertThat(principal.groups()).containsExactly("ci");
    }

    @ParameterizedTest
    @CsvSource({"AUDITOR, auditor", "READER, reader", "WRITER, writer", "ADMIN, admin"})
    void role_hasItsWord(Role role, String word) {
        assertThat(role.word()).isEqualTo(word);
    }

    private String outcome(Principal principal, Access access) {
        return outcome(verified, principal, access, SOURCE);
    }

    private static String outcome(
            VerifiedCredential by, Principal principal, Access access, Source source) {
        Decision decision = AccessPolicy.decide(by, principal, APP, access, source);
        assertThat(AccessPolicy.denialOf(by.credential(), principal, APP, access, source))
                .as("what is said without a credential at hand")
                .isEqualTo(decision instanceof Denial denial ? denial : null);
        return decision instanceof Permit permit ? permit.role().name() : decision.toString();
    }

    private VerifiedCredential verified(CredentialKind kind) {
        return verified(kind, Restrictions.NONE);
    }

    private VerifiedCredential verified(Restrictions restrictions) {
        return verified(CredentialKind.ACCESS_TOKEN, restrictions);
    }

    private VerifiedCredential verified(CredentialKind kind, Restrictions restrictions) {
        MintedToken minted = mint.mint(kind);
        byte[] text = minted.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        CredentialRecord record = new CredentialRecord(
                minted.prefix(), kind, minted.hash(), USER, CredentialState.LIVE,
                CredentialRecord.NEVER, CredentialRecord.NEVER, restrictions, null);
        return (VerifiedCredential) new TokenVerifier(Peppers.NONE)
                .verify(FORMAT.parse(text, 0, text.length), record, 0);
    }

    private static Principal principal(boolean blocked, Map<String, Role> roles) {
        return new Principal(USER, "robot", UserKind.SERVICE, blocked, List.of(), roles);
    }
}
