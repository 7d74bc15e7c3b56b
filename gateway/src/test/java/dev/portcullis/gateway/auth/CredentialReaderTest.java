package dev.portcullis.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.Heads;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.testkit.FakeOrigin;
import dev.portcullis.gateway.testkit.TokenTexts;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CredentialReaderTest {
    private static final TokenFormat FORMAT = new TokenFormat(TokenFormat.DEFAULT_MARK);

    private final CredentialReader reader = new CredentialReader(FORMAT);
    private final TokenMint mint = new TokenMint(FORMAT, new Random(1));
    private final MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
    private final String token = minted.plain().reveal();

    private Claim read(String... fields) {
        RequestHead head = Heads.usedRequestHead();
        String text = "GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        assertThat(head.read(Unpooled.wrappedBuffer(Heads.octets(text))))
                .isEqualTo(Progress.COMPLETE);
        return reader.read(head);
    }

    private void assertRefused(Refusal refusal, String... fields) {
        assertThat(read(fields)).as("%s", (Object) fields).isNull();
        assertThat(reader.refusal()).isEqualTo(refusal);
    }

    private static String basic(String text) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private void assertRead(String userName, String... fields) {
        Claim claim = read(fields);
        assertThat(claim).as("%s", (Object) fields).isNotNull();
        assertThat(claim.credential().prefix()).isEqualTo(minted.prefix());
        assertThat(claim.credential().kind()).isEqualTo(minted.kind());
        assertThat(claim.userName()).isEqualTo(userName);
    }

    @Test
    void everyCarrier_isRead() {
        for (String scheme : new String[] {"Bearer", "bearer", "BEARER", "Token", "tOKEN"}) {
            assertRead(null, "Authorization: " + scheme + " " + token);
            assertRead(null, "authorization:" + scheme + "   " + token + " \t");
        }
        assertRead(null, "X-Api-Key: " + token);
        assertRead(null, "x-api-key:" + token);
        assertRead("robot", basic("robot:" + token));
        assertRead("", basic(":" + token));
        assertRead("r\u00f6bot", basic("r\u00f6bot:" + token));
    }

    @Test
    void noCredentialOrMoreThanOne_isRefused() {
        assertRefused(Refusal.CREDENTIAL_MISSING, "X: y");
        assertRefused(Refusal.CREDENTIAL_MISSING, "X_Api_Key: " + token, "Cookie: " + token);
        String bearer = "Authorization: Bearer " + token;
        assertRefused(Refusal.CREDENTIAL_AMBIGUOUS, bearer, bearer);
        assertRefused(Refusal.CREDENTIAL_AMBIGUOUS, bearer, "X-Api-Key: " + token);
        assertRefused(Refusal.CREDENTIAL_AMBIGUOUS, "X-Api-Key: ", "X-Api-Key: " + token);
    }

    @Test
    void anythingButOneWellFormedToken_isRefused() {
        for (String value : new String[] {
            "", "Bearer", token, "Bearer" + token, "Bearer\t" + token, "Bearer \t" + token,
            "Bearer " + token + ",", "Bearer " + token + " x", "Bearer x" + token,
            "Bearer, " + token, "Bearer \"" + token + "\"", "Digest " + token, "Bearer: " + token,
            "Bearer " + token.substring(1), "Bearer " + token.substring(0, token.length() - 1)
        }) {
            assertRefused(Refusal.CREDENTIAL_INVALID, "Authorization: " + value);
        }
        assertRefused(Refusal.CREDENTIAL_INVALID, "X-Api-Key: Bearer " + token);
        assertRefused(Refusal.CREDENTIAL_INVALID, "X-Api-Key:");
    }

    @Test
    void tokenWithOneOctetChanged_isRefused() {
        Fuzz.rounds(3000, random -> {
            StringBuilder changed = new StringBuilder(token);
            int at = random.nextInt(token.length());
            char other = (char) (0x21 + random.nextInt(0x5e));
            changed.setCharAt(at, other);
            if (other != token.charAt(at)) {
                assertRefused(Refusal.CREDENTIAL_INVALID, "Authorization: Bearer " + changed);
            }
        });
    }

    @Test
    void basicThatIsNotUserColonToken_isRefused() {
        for (String value : new String[] {
            "Authorization: Basic", "Authorization: Basic !!!", "Authorization: Basic =",
            "Authorization: Basic a", "Authorization: Basic Og==x", basic(""), basic(":"),
            basic("robot"), basic(token), basic("robot:" + token + "\n"), basic("a:b:" + token),
            basic("robot: " + token), basic("x".repeat(2000) + ":" + token),
            "Authorization: Basic robot:" + token
        }) {
            assertRefused(Refusal.CREDENTIAL_INVALID, value);
        }
    }

    @Test
    void importedToken_isReadInEveryCarrier() {
        String imported = TokenTexts.netBird(new Random(3));
        for (String field : new String[] {
            "Authorization: Bearer " + imported, "authorization: TOKEN  " + imported,
            "X-Api-Key: " + imported, basic("robot:" + imported)
        }) {
            Claim claim = read(field);
            assertThat(claim).as(field).isNotNull();
            assertThat(claim.credential().prefix()).hasToString(FakeOrigin.prefixOf(imported));
            assertThat(claim.credential().kind()).isEqualTo(CredentialKind.ACCESS_TOKEN);
            assertThat(claim.userName()).isEqualTo(field.contains("Basic") ? "robot" : null);
        }
    }

    @Test
    void importedTokenWithOneOctetChanged_isRefused() {
        String imported = TokenTexts.netBird(new Random(3));
        Fuzz.rounds(3000, random -> {
            StringBuilder changed = new StringBuilder(imported);
            int at = random.nextInt(imported.length());
            char other = (char) (0x21 + random.nextInt(0x5e));
            changed.setCharAt(at, other);
            if (other != imported.charAt(at)) {
                assertRefused(Refusal.CREDENTIAL_INVALID, "X-Api-Key: " + changed);
            }
        });
        assertRefused(Refusal.CREDENTIAL_INVALID, "X-Api-Key: " + imported + "0");
        assertRefused(Refusal.CREDENTIAL_INVALID, "X-Api-Key: " + imported.substring(0, 39));
        assertRefused(Refusal.CREDENTIAL_AMBIGUOUS,
                "X-Api-Key: " + imported, "Authorization: Bearer " + imported);
    }

    @Test
    void apiKey_isNoCredentialHere() {
        String key = mint.mint(CredentialKind.API_KEY).plain().reveal();
        assertRefused(Refusal.CREDENTIAL_INVALID, "Authorization: Bearer " + key);
        assertRefused(Refusal.CREDENTIAL_INVALID, "Authorization: Token " + key);
        assertRefused(Refusal.CREDENTIAL_INVALID, "X-Api-Key: " + key);
        assertRefused(Refusal.CREDENTIAL_INVALID, basic("robot:" + key));
        String exchanged = mint.mint(CredentialKind.EXCHANGED_TOKEN).plain().reveal();
        assertThat(read("Authorization: Bearer " + exchanged).credential().kind())
                .isEqualTo(CredentialKind.EXCHANGED_TOKEN);
    }

    @Test
    void randomValues_areRefusedAndThrowNothing() {
        Fuzz.rounds(10_000, random -> {
            String noise = Fuzz.text(random, 90, "abcXYZ019_ =+/:,\t\u00e9");
            String scheme = Fuzz.pick(random, "Bearer ", "Basic ", "token ", "Basic", "");
            byte[] raw = new byte[random.nextInt(100)];
            random.nextBytes(raw);
            assertRefused(Refusal.CREDENTIAL_INVALID, Fuzz.pick(random,
                    "Authorization: " + scheme + noise, "X-Api-Key: " + noise,
                    "Authorization: Basic " + Base64.getEncoder().encodeToString(raw)));
        });
    }
}
