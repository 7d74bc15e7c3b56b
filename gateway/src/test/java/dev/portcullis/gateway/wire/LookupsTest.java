package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.TokenTexts;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often the origin is asked about the various forms of credential. */
@Timeout(60)
class LookupsTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private void assertAsked(int questions, int status, String token) throws Exception {
        // a change that is still on its way has L1 forget what it is about
        gateway.origin().awaitAcked();
        int before = gateway.origin().resolves();
        for (int i = 0; i < 3; i++) {
            assertThat(gateway.get("/", token).status()).isEqualTo(status);
        }
        assertThat(gateway.origin().resolves() - before).isEqualTo(questions);
    }

    @Test
    void importedToken_isAskedForOnce() throws Exception {
        assertAsked(1, 200, gateway.origin().importToken("user-reader"));
    }

    @Test
    void unknownTokenOfTheImportedForm_isAskedForOnceAndRemembered() throws Exception {
        assertAsked(1, 401, TokenTexts.netBird(new Random(9)));
    }

    @Test
    void mistypedTokenOfTheImportedForm_isNotAskedFor() throws Exception {
        String token = gateway.origin().importToken("user-reader");
        char last = token.charAt(39);
        assertAsked(0, 401, token.substring(0, 39) + (last == '0' ? '1' : '0'));
    }

    @Test
    void importedTokenThatIsRevoked_isAskedForOnceMore() throws Exception {
        String imported = gateway.origin().importToken("user-reader");
        assertAsked(1, 200, imported);
        gateway.origin().awaitAcked(gateway.origin().revoke(imported));
        assertAsked(1, 401, imported);
    }

    @Test
    void exchangedToken_isAskedForOnceWithItsKey() throws Exception {
        String key = gateway.origin().addToken("user-reader", CredentialKind.API_KEY, 0);
        String token = gateway.origin().exchange(key);
        assertAsked(1, 200, token);
        gateway.origin().awaitAcked(gateway.origin().revoke(key));
        assertAsked(1, 401, token);
    }

    @Test
    void keyItself_isNotAskedFor() throws Exception {
        assertAsked(0, 401, gateway.origin().addToken("user-reader", CredentialKind.API_KEY, 0));
    }
}
