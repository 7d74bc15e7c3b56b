package dev.portcullis.admin.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.ServiceException.Code;
import dev.portcullis.admin.service.NewUser.NewBinding;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.HashAlgorithm;
import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuthenticatorTest extends ServiceFixture {
    private Actor who(String token) {
        return authenticator.authenticate(token, "192.0.2.7", "req-9");
    }

    @Test
    void administratorsToken_isTheAdministrator() {
        Actor actor = who(adminToken);
        assertThat(actor.userName()).isEqualTo("admin");
        assertThat(actor.userId()).isEqualTo(users.get(ADMIN, "admin").id());
        assertThat(actor.role()).isEqualTo(Role.ADMIN);
        assertThat(actor.source()).isEqualTo("192.0.2.7");
        assertThat(actor.requestId()).isEqualTo("req-9");
        actor.requireAdministrator();
    }

    @Test
    void roleOnOneApplicationOnly_isNoRoleHere() {
        user("ci-bot", new NewBinding("app", Role.ADMIN));
        assertThat(who(token("ci-bot").plain().reveal()).role()).isNull();
    }

    @Test
    void everythingThatIsNoSecret_getsOneAnswer() {
        TokenMint mint = new TokenMint(new TokenFormat("pc"), random);
        String unknown = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal();
        String key = mint.mint(CredentialKind.API_KEY).plain().reveal();
        Set<String> answers = new HashSet<>();
        for (String wrong : new String[] {
            null, "", "x", unknown, key, adminToken + "x", adminToken.substring(1),
            adminToken.replace("pct_", "pcx_"), wrongSecret(), "ä".repeat(adminToken.length()),
            "x".repeat(1_000_000)
        }) {
            answers.add(refused(() -> who(wrong), Code.UNAUTHENTICATED).getMessage());
        }
        assertThat(answers).hasSize(1);
    }

    /** Well formed, with the administrator's prefix, and not the administrator's. */
    private String wrongSecret() {
        TokenMint mint = new TokenMint(new TokenFormat("pc"), random);
        String prefix = adminToken.substring(4, 16);
        byte[] text = mint.mint(CredentialKind.ACCESS_TOKEN).plain().reveal()
                .replaceFirst("pct_.{12}", "pct_" + prefix).getBytes();
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(text, 0, text.length - 6);
        long rest = crc.getValue();
        for (int i = text.length - 1; i >= text.length - 6; i--) {
            text[i] = (byte) "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                    .charAt((int) (rest % 62));
            rest /= 62;
        }
        String token = new String(text);
        assertThat(new TokenFormat("pc").parse(text, 0, text.length)).isNotNull();
        return token;
    }

    @Test
    void expiredOrRevoked_toldToWhoHasTheSecret() {
        user("ci-bot");
        IssuedToken revoked = token("ci-bot");
        tokens.revoke(ADMIN, revoked.token().id());
        assertThat(refused(() -> who(revoked.plain().reveal()), Code.UNAUTHENTICATED)
                .getMessage()).contains("revoked");
        IssuedToken expired = token("ci-bot");
        clock.advance(Duration.ofDays(361));
        assertThat(refused(() -> who(expired.plain().reveal()), Code.UNAUTHENTICATED)
                .getMessage()).contains("expired");
    }

    @Test
    void blockedUser_isDenied() {
        user("ci-bot");
        String token = token("ci-bot").plain().reveal();
        users.block(ADMIN, "ci-bot");
        refused(() -> who(token), Code.PERMISSION_DENIED);
        users.unblock(ADMIN, "ci-bot");
        assertThat(who(token).userName()).isEqualTo("ci-bot");
    }

    @Test
    void deletedUser_isRefused() {
        user("ci-bot");
        String token = token("ci-bot").plain().reveal();
        users.delete(ADMIN, "ci-bot");
        refused(() -> who(token), Code.UNAUTHENTICATED);
    }

    @Test
    void databaseClosed_isUnavailableAndNotUnauthenticated() {
        String good = adminToken;
        test.failAt(1);
        refused(() -> who(good), Code.UNAVAILABLE);
        test.stopFailing();
        who(good);
    }

    @Test
    void use_isWrittenBehind() {
        who(adminToken);
        String id = adminToken.substring(4, 16);
        assertThat(tokens.get(ADMIN, id).lastUsedAt()).isNull();
        usageBuffer.flush();
        assertThat(tokens.get(ADMIN, id).lastUsedAt()).isEqualTo(clock.instant());
        assertThat(tokens.get(ADMIN, id).lastUsedFrom()).isEqualTo("192.0.2.7");
        usageBuffer.flush();
    }

    // --------------------------------------------------------------------------------- peppers

    private static Pepper pepper(String id, int octet) {
        byte[] key = new byte[Pepper.KEY_OCTETS_MIN];
        java.util.Arrays.fill(key, (byte) octet);
        return Pepper.of(id, key);
    }

    private Authenticator with(Peppers held) {
        return new Authenticator(test.store(), policy, held, usageBuffer, clock);
    }

    private String issueWith(Peppers held) {
        Tokens peppered = new Tokens(
                test.store(), policy, new TokenMint(new TokenFormat("pc"), random, held), clock);
        return peppered.issue(ADMIN, new NewToken("ci-bot", "x", null)).value().plain().reveal();
    }

    @Test
    void pepperChanged_olderTokensGoOnWorking() {
        user("ci-bot");
        Pepper first = pepper("p1", 1);
        Pepper second = pepper("p2", 2);
        String plain = token("ci-bot").plain().reveal();
        String old = issueWith(Peppers.of(first, List.of()));
        String fresh = issueWith(Peppers.of(second, List.of(first)));
        assertThat(tokens.get(ADMIN, old.substring(4, 16)).pepperId()).isEqualTo("p1");
        assertThat(tokens.get(ADMIN, fresh.substring(4, 16)).pepperId()).isEqualTo("p2");
        assertThat(tokens.get(ADMIN, fresh.substring(4, 16)).algorithm())
                .isEqualTo(HashAlgorithm.HMAC_SHA_256);
        assertThat(tokens.get(ADMIN, plain.substring(4, 16)).pepperId()).isNull();
        Authenticator both = with(Peppers.of(second, List.of(first)));
        for (String token : List.of(plain, old, fresh)) {
            assertThat(both.authenticate(token, "192.0.2.7", "r").userName()).isEqualTo("ci-bot");
        }
    }

    @Test
    void pepperMissingOrAnother_neverLetsIn() {
        user("ci-bot");
        String token = issueWith(Peppers.of(pepper("p1", 1), List.of()));
        // cannot know: not the same as wrong
        refused(() -> who(token), Code.UNAVAILABLE);
        Authenticator other = with(Peppers.of(pepper("p1", 9), List.of()));
        refused(() -> other.authenticate(token, "192.0.2.7", "r"), Code.UNAUTHENTICATED);
    }

    // ----------------------------------------------------------------------------------- reuse

    @Test
    void replacedTokenThatComesBack_isToldOfOnce() throws Exception {
        user("ci-bot");
        IssuedToken old = token("ci-bot");
        RotatedToken rotated = tokens.rotate(ADMIN, old.token().id(), null).value();
        refused(() -> holding(old), Code.UNAUTHENTICATED);
        refused(() -> holding(old), Code.UNAUTHENTICATED);
        assertThat(audited("token.reuse_detected")).singleElement().asString()
                .contains(old.token().id(), "192.0.2.7");
        holding(new IssuedToken(rotated.plain(), rotated.token()));
    }

    @Test
    void replacedTokenThatComesBack_takesItsFamilyAlongWhereThePolicySaysSo() {
        user("ci-bot");
        TokenPolicy strict = new TokenPolicy(
                "pc", Duration.ofDays(1), Duration.ofDays(9), false, Duration.ofHours(1), 2, true);
        IssuedToken old = token("ci-bot");
        RotatedToken rotated = tokens.rotate(ADMIN, old.token().id(), null).value();
        Authenticator watchful =
                new Authenticator(test.store(), strict, peppers, usageBuffer, clock);
        String text = old.plain().reveal();
        refused(() -> watchful.authenticate(text, "192.0.2.7", "r"), Code.UNAUTHENTICATED);
        refused(() -> holding(new IssuedToken(rotated.plain(), rotated.token())),
                Code.UNAUTHENTICATED);
    }
}
