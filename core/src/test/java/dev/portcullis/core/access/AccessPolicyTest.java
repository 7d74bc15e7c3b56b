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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessPolicyTest {
    private static final String USER = "usr_1";
    private static final String APP = "orders";
    private static final InetAddress SOURCE = InetAddress.getLoopbackAddress();
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
        Decision decision = AccessPolicy.decide(verified, principal, APP, access, SOURCE);
        return decision instanceof Permit permit ? permit.role().name() : decision.toString();
    }

    private VerifiedCredential verified(CredentialKind kind) {
        MintedToken minted = mint.mint(kind);
        byte[] text = minted.plain().reveal().getBytes(StandardCharsets.US_ASCII);
        CredentialRecord record = new CredentialRecord(
                minted.prefix(), kind, minted.hash(), USER, CredentialState.LIVE,
                CredentialRecord.NEVER);
        return (VerifiedCredential) new TokenVerifier(Peppers.NONE)
                .verify(FORMAT.parse(text, 0, text.length), record, 0);
    }

    private static Principal principal(boolean blocked, Map<String, Role> roles) {
        return new Principal(USER, "robot", UserKind.SERVICE, blocked, List.of(), roles);
    }
}
