package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.PageRequest;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.model.TokenState;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.service.NewToken.Limits;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tokens are narrowed to, what they may issue, and what their holders may do with them. */
class TokenRestrictionsTest extends ServiceFixture {
    private static final Limits NONE = null;

    @BeforeEach
    void makeUsers() {
        user("ci-bot");
        user("second", new NewBinding("*", Role.ADMIN));
        users.create(ADMIN, new NewUser("ann", null, UserKind.PERSON, List.of()));
        users.create(ADMIN, new NewUser("bob", null, UserKind.PERSON, List.of()));
    }

    private static Limits limits(Role maxRole, List<String> applications, List<String> cidrs) {
        return new Limits(maxRole, applications, cidrs);
    }

    private IssuedToken issue(Actor actor, String user, TokenLifetime lifetime, Limits limits) {
        return tokens.issue(actor, new NewToken(user, "x", lifetime, limits, null)).value();
    }

    @Test
    void restrictions_keptAndShownInOneForm() {
        Token token = token("ci-bot", limits(
                Role.READER, List.of("b", "a", "a"),
                List.of("192.0.2.0/24", "2001:DB8:0::/32", "10.0.0.1"))).token();
        assertThat(token.restrictions()).isEqualTo(new Restrictions(
                Role.READER, Set.of("a", "b"),
                List.of(Cidr.parse("192.0.2.0/24"), Cidr.parse("2001:db8::/32"),
                        Cidr.parse("10.0.0.1/32"))));
        assertThat(tokens.get(ADMIN, token.id())).isEqualTo(token);
        assertThat(token("ci-bot", NONE).token().restrictions()).isEqualTo(Restrictions.NONE);
        assertThat(token("ci-bot", limits(null, List.of(), null)).token().restrictions())
                .isEqualTo(Restrictions.NONE);
    }

    @Test
    void wrongRestrictions_areNamedByElement() {
        assertThat(refusedField(() -> token("ci-bot",
                limits(null, null, List.of("192.0.2.0/24", "::/0", "192.0.2.1/24")))))
                .isEqualTo("restrictions.cidrs[2]");
        for (String wrong : new String[] {"", "localhost", "01.2.3.4", "fe80::1%eth0", null}) {
            assertThat(refusedField(() -> token("ci-bot",
                    limits(null, null, Collections.singletonList(wrong)))))
                    .isEqualTo("restrictions.cidrs[0]");
        }
        for (String wrong : new String[] {"", "*", "A", "a b", null, "x".repeat(64)}) {
            assertThat(refusedField(() -> token("ci-bot",
                    limits(null, Collections.singletonList(wrong), null))))
                    .isEqualTo("restrictions.applications[0]");
        }
        assertThat(refusedField(() -> token("ci-bot",
                limits(null, Collections.nCopies(101, "a"), null))))
                .isEqualTo("restrictions.applications");
        assertThat(refusedField(() -> token("ci-bot",
                limits(null, null, Collections.nCopies(101, "10.0.0.1")))))
                .isEqualTo("restrictions.cidrs");
        token("ci-bot", limits(null, Collections.nCopies(100, "a"), null));
    }

    @Test
    void certificates_keptInOneFormAndAtMostSixteen() {
        String one = "AB".repeat(32);
        String same = "ab".repeat(32);
        String other = String.join(":", Collections.nCopies(32, "0c"));
        Token token = token("ci-bot", certificates(List.of(one, other, same))).token();
        assertThat(token.restrictions().sortedCertificates())
                .containsExactly("0c".repeat(32), "ab".repeat(32));
        assertThat(tokens.get(ADMIN, token.id())).isEqualTo(token);
        for (String wrong : new String[] {"", "ab", "zz".repeat(32), null}) {
            assertThat(refusedField(() -> token("ci-bot",
                    certificates(Collections.singletonList(wrong)))))
                    .isEqualTo("restrictions.certificates[0]");
        }
        assertThat(refusedField(() ->
                token("ci-bot", certificates(Collections.nCopies(17, one)))))
                .isEqualTo("restrictions.certificates");
        token("ci-bot", certificates(Collections.nCopies(16, one)));
    }

    @Test
    void tokenForCertificates_opensNoAdminApi() {
        String token = token("second", certificates(List.of("ab".repeat(32))))
                .plain().reveal();
        refused(() -> authenticator.authenticate(token, "192.0.2.7", "r"),
                Code.PERMISSION_DENIED);
    }

    private static Limits certificates(List<String> texts) {
        return new Limits(null, null, null, texts);
    }

    // ------------------------------------------------------------------------ authentication

    @Test
    void maxRole_capsTheRoleOnTheAdminApi() {
        assertThat(holding(token("second", NONE)).role()).isEqualTo(Role.ADMIN);
        assertThat(holding(token("second", limits(Role.AUDITOR, null, null))).role())
                .isEqualTo(Role.AUDITOR);
        assertThat(holding(token("ci-bot", limits(Role.ADMIN, null, null))).role()).isNull();
    }

    @Test
    void tokenForApplications_opensNoAdminApiButItself() {
        IssuedToken token = token("second", limits(null, List.of("app"), null));
        Actor holder = holding(token);
        assertThat(holder.role()).isNull();
        refused(() -> tokens.list(holder, new TokenFilter("", null), PageRequest.first()),
                Code.PERMISSION_DENIED);
        assertThat(tokens.get(holder, "self").id()).isEqualTo(token.token().id());
    }

    @Test
    void tokenForAddresses_refusedFromElsewhere() {
        String token = token("second", limits(null, null, List.of("192.0.2.0/25", "2001:db8::/32")))
                .plain().reveal();
        for (String good : List.of("192.0.2.7", "2001:db8:1::2", "::ffff:192.0.2.9")) {
            assertThat(authenticator.authenticate(token, good, "r").role()).isEqualTo(Role.ADMIN);
        }
        for (String bad : List.of("192.0.2.200", "198.51.100.1", "2001:db9::1", "local", "")) {
            refused(() -> authenticator.authenticate(token, bad, "r"), Code.PERMISSION_DENIED);
        }
    }

    @Test
    void holder_isTold() {
        IssuedToken token = token("ann", limits(Role.READER, null, null));
        Actor holder = holding(token);
        assertThat(holder.holder()).isEqualTo(new Actor.Holder(
                token.token().id(), UserKind.PERSON, token.token().restrictions(),
                Duration.ofDays(360).toMillis()));
    }

    // ---------------------------------------------------------------------- the minting rule

    @Test
    void restrictedToken_issuesNoneThatIsBroader() {
        Actor holder = holding(token("second", limits(null, null, List.of("192.0.2.0/24"))));
        TokenLifetime day = new TokenLifetime.For(Duration.ofDays(1));
        refused(() -> issue(holder, "ci-bot", day, NONE), Code.PERMISSION_DENIED);
        refused(() -> issue(holder, "ci-bot", day, limits(null, null, List.of("192.0.0.0/16"))),
                Code.PERMISSION_DENIED);
        Limits within = limits(Role.READER, List.of("app"), List.of("192.0.2.4/30"));
        assertThat(issue(holder, "ci-bot", day, within).token().restrictions().maxRole())
                .isEqualTo(Role.READER);
    }

    @Test
    void token_issuesNoneThatLivesLongerThanItself() {
        Actor holder = holding(issue(
                ADMIN, "second", new TokenLifetime.For(Duration.ofDays(90)), NONE));
        clock.advance(Duration.ofDays(60));
        assertThat(refused(() -> issue(
                holder, "ci-bot", new TokenLifetime.For(Duration.ofDays(91)), NONE),
                Code.PERMISSION_DENIED).getMessage())
                .contains("lives longer than itself", "90 days");
        refused(() -> issue(holder, "ci-bot",
                new TokenLifetime.Until(clock.instant().plus(Duration.ofDays(91))), NONE),
                Code.PERMISSION_DENIED);
        // a time, not an instant: else nobody could ever rotate a fleet
        assertThat(issue(holder, "ci-bot", new TokenLifetime.For(Duration.ofDays(90)), NONE)
                .token().expiresAt()).isEqualTo(clock.instant().plus(Duration.ofDays(90)));
        assertThat(issue(holder, "ci-bot", null, NONE).token().expiresAt())
                .isEqualTo(clock.instant().plus(Duration.ofDays(90)));
    }

    @Test
    void restrictedToken_cannotRotateABroaderOneIntoItsHands() {
        Actor holder = holding(token("second", limits(null, null, List.of("192.0.2.0/24"))));
        String broad = token("ci-bot", NONE).token().id();
        refused(() -> tokens.rotate(holder, broad, null), Code.PERMISSION_DENIED);
        assertThat(tokens.get(ADMIN, broad).state()).isEqualTo(TokenState.LIVE);
        String narrow = token("ci-bot", limits(null, null, List.of("192.0.2.7"))).token().id();
        assertThat(tokens.rotate(holder, narrow, null).value().token().restrictions())
                .isEqualTo(tokens.get(ADMIN, narrow).restrictions());
    }

    @Test
    void firstAdministratorsToken_livesAsLongAsAnyMay() {
        Actor first = authenticator.authenticate(adminToken, "192.0.2.7", "r");
        Token own = tokens.get(first, "self");
        assertThat(own.expiresAt()).isEqualTo(own.createdAt().plus(policy.maxLifetime()));
        issue(first, "ci-bot", new TokenLifetime.For(policy.maxLifetime()), NONE);
    }

    // ------------------------------------------------------------------- self and own tokens

    @Test
    void everybody_getsRotatesAndRevokesTheTokenTheyHold() {
        IssuedToken token = token("ci-bot", NONE);
        Actor holder = holding(token);
        assertThat(holder.role()).isNull();
        assertThat(tokens.get(holder, "self")).isEqualTo(tokens.get(holder, token.token().id()));
        RotatedToken rotated = tokens.rotate(holder, "self", Duration.ofHours(1)).value();
        assertThat(rotated.replaced().id()).isEqualTo(token.token().id());
        assertThat(rotated.token().createdBy()).isEqualTo(holder.userId());
        assertThat(tokens.revoke(holder, "self").value().state()).isEqualTo(TokenState.REVOKED);
        refused(() -> holding(token), Code.UNAUTHENTICATED);
    }

    @Test
    void serviceUser_doesNothingWithOtherTokens() {
        Actor holder = holding(token("ci-bot", NONE));
        String other = token("ci-bot", NONE).token().id();
        for (String id : new String[] {other, "0123456789ab", "!", "", null}) {
            refused(() -> tokens.get(holder, id), Code.PERMISSION_DENIED);
            refused(() -> tokens.revoke(holder, id), Code.PERMISSION_DENIED);
            refused(() -> tokens.rotate(holder, id, null), Code.PERMISSION_DENIED);
            refused(() -> tokens.successor(holder, id), Code.PERMISSION_DENIED);
        }
        refused(() -> tokens.list(holder, new TokenFilter("ci-bot", null), PageRequest.first()),
                Code.PERMISSION_DENIED);
        refused(() -> issue(holder, "ci-bot", null, NONE), Code.PERMISSION_DENIED);
    }

    @Test
    void person_managesTokensOfTheirOwnAndNoOthers() {
        User ann = users.get(ADMIN, "ann");
        Actor holder = holding(token("ann", NONE));
        String made = issue(holder, "ANN", null, NONE).token().id();
        assertThat(tokens.get(holder, made).userId()).isEqualTo(ann.id());
        issue(holder, ann.id(), null, NONE);
        for (String user : new String[] {"ann", ann.id(), "", null}) {
            assertThat(tokens.list(holder, new TokenFilter(user, null), PageRequest.first())
                    .items()).hasSize(3).allMatch(token -> token.userId().equals(ann.id()));
        }
        String next = tokens.rotate(holder, made, null).value().token().id();
        assertThat(tokens.revoke(holder, next).value().state()).isEqualTo(TokenState.REVOKED);
        String others = token("bob", NONE).token().id();
        for (String id : new String[] {others, "0123456789ab", "!"}) {
            refused(() -> tokens.get(holder, id), Code.PERMISSION_DENIED);
            refused(() -> tokens.revoke(holder, id), Code.PERMISSION_DENIED);
            refused(() -> tokens.rotate(holder, id, null), Code.PERMISSION_DENIED);
        }
        for (String user : new String[] {"bob", "nobody", "admin", "x".repeat(9_999)}) {
            refused(() -> issue(holder, user, null, NONE), Code.PERMISSION_DENIED);
            refused(() -> tokens.list(holder, new TokenFilter(user, null), PageRequest.first()),
                    Code.PERMISSION_DENIED);
        }
    }

    @Test
    void personWithATokenForApplications_managesNothing() {
        Actor holder = holding(token("ann", limits(null, List.of("app"), null)));
        refused(() -> issue(holder, "ann", null, limits(null, List.of("app"), null)),
                Code.PERMISSION_DENIED);
    }

    @Test
    void self_needsACredential() {
        assertThat(refusedField(() -> tokens.get(ADMIN, "self"))).isEqualTo("id");
    }

    // ------------------------------------------------------------------ the last administrator

    @Test
    void lastAdministratorsOnlyToken_isNotRevoked() {
        Actor first = authenticator.authenticate(adminToken, "192.0.2.7", "r");
        refused(() -> tokens.revoke(first, "self"), Code.FAILED_PRECONDITION);
        // one who cannot administer with it does not count
        token("second", limits(Role.READER, null, null));
        token("second", limits(null, List.of("app"), null));
        refused(() -> tokens.revoke(first, "self"), Code.FAILED_PRECONDITION);
        assertThat(tokens.get(first, "self").state()).isEqualTo(TokenState.LIVE);
        token("second", NONE);
        assertThat(tokens.revoke(first, "self").value().state()).isEqualTo(TokenState.REVOKED);
    }

    @Test
    void lastAdministratorsOtherToken_isRevoked() {
        Actor first = authenticator.authenticate(adminToken, "192.0.2.7", "r");
        String spare = token("admin", NONE).token().id();
        tokens.revoke(first, spare);
        // by rotation there is always another
        tokens.rotate(first, "self", null);
    }
}
