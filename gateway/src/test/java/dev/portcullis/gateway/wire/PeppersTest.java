package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.TokenTexts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens that are hashed with peppers, some of which the gateway holds. */
@Timeout(60)
class PeppersTest {
    private static final Pepper CURRENT = pepper("p-2");
    private static final Pepper OLD = pepper("p-1");
    private static final Pepper LOST = pepper("p-0");

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    PeppersTest() {
        gateway.settings().peppers(Peppers.of(CURRENT, List.of(OLD)));
    }

    private static Pepper pepper(String id) {
        byte[] key = new byte[32];
        key[0] = (byte) id.charAt(id.length() - 1);
        return Pepper.of(id, key);
    }

    private String token(Pepper pepper) {
        return gateway.origin().addToken("user-reader", pepper);
    }

    @Test
    void tokensOfEveryPepperHeldAndOfNone_pass() throws Exception {
        for (String token : List.of(token(CURRENT), token(OLD), gateway.reader(),
                gateway.origin().importToken("user-reader"))) {
            assertThat(gateway.get("/", token).status()).isEqualTo(200);
            assertThat(gateway.get("/", TokenTexts.otherSecret(token)).status()).isEqualTo(401);
        }
    }

    @Test
    void pepperThatIsNotHeld_cannotBeKnownAndIsNamedInTheLogOnceAMinute() throws Exception {
        String token = token(LOST);
        for (int i = 0; i < 5; i++) {
            HttpMessage reply = gateway.get("/", token);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.text()).contains("\"code\":\"verification_unavailable\"");
            assertThat(reply.header("Retry-After")).isEqualTo("1");
        }
        assertThat(gateway.get("/", TokenTexts.otherSecret(token)).status()).isEqualTo(503);
        assertThat(gateway.takeTroubles()).singleElement().asString()
                .contains("'p-0'").contains("tokens.peppers");

        gateway.time().advance(Duration.ofSeconds(61));
        assertThat(gateway.get("/", token).status()).isEqualTo(503);
        assertThat(gateway.get("/", token).status()).isEqualTo(503);
        assertThat(gateway.takeTroubles()).hasSize(1);
        assertThat(gateway.upstream().seen()).isEmpty();
    }
}
