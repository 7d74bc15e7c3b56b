package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.protect.ProtectionStats;
import dev.portcullis.gateway.route.RouteConfig.Rate;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.testkit.TokenTexts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is refused with 429 and 503 though nothing is wrong with the request itself. */
class LimitsTest {
    private static final int FAILURES = 5;

    private static ProtectionConfig protection(int failuresMax, int exchangesMax) {
        return new ProtectionConfig(
                List.of(), List.of(), 0, failuresMax, Duration.ofSeconds(50), exchangesMax);
    }

    @Nested
    class OfFailedAttempts {
        @RegisterExtension
        final GatewayFixture gateway = GatewayFixture.create();

        OfFailedAttempts() {
            gateway.settings().protection(protection(FAILURES, 0));
        }

        private void fail() throws Exception {
            for (int i = 0; i < FAILURES; i++) {
                assertThat(gateway.get("/", gateway.origin().unknownToken()).status())
                        .isEqualTo(401);
            }
        }

        @Test
        void sourceThatFailedTooOften_isRefusedBeforeAnyLookUp() throws Exception {
            fail();
            int resolves = gateway.origin().resolves();

            HttpMessage answer = gateway.get("/", gateway.origin().unknownToken());

            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.text()).contains("\"code\":\"rate_limited\"");
            assertThat(answer.header("Retry-After")).isEqualTo("10");
            assertThat(gateway.origin().resolves()).isEqualTo(resolves);
            assertThat(stats().failedAttempts()).isEqualTo(FAILURES);
            assertThat(stats().failedAttemptsRefused()).isEqualTo(1);
        }

        @Test
        void goodCredentialInUse_isNotTurnedAwayForItsNeighbours() throws Exception {
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
            fail();
            assertThat(gateway.get("/", gateway.origin().unknownToken()).status()).isEqualTo(429);

            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        }

        @Test
        void goodCredentialWhoseUserChanged_isStillVerified() throws Exception {
            String user = gateway.origin().addUser("changing", Role.READER);
            String token = gateway.origin().addToken(user);
            // the news of the token itself would take its record out of L1 again
            gateway.origin().awaitAcked(gateway.origin().setGroups(user, "f"));
            assertThat(gateway.get("/", token).status()).isEqualTo(200);
            fail();
            gateway.origin().awaitAcked(gateway.origin().setGroups(user, "g"));

            assertThat(gateway.get("/", token).status()).isEqualTo(200);
        }

        @Test
        void wrongSecretOfAKnownPrefix_isRefusedAsTheRest() throws Exception {
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
            fail();
            assertThat(gateway.get("/", TokenTexts.otherSecret(gateway.reader())).status())
                    .isEqualTo(429);
        }

        @Test
        void everyCredentialThatIsNoneOfOurs_counts() throws Exception {
            assertThat(gateway.get("/", gateway.origin().unknownToken()).status()).isEqualTo(401);
            assertThat(gateway.get("/", TokenTexts.otherSecret(gateway.reader())).status())
                    .isEqualTo(401);
            assertThat(gateway.get("/", "not-a-token").status()).isEqualTo(401);
            assertThat(gateway.exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Api-Key: a\r\n"
                    + "Authorization: Bearer b\r\n\r\n").status()).isEqualTo(400);
            assertThat(gateway.get("/", gateway.origin().unknownToken()).status()).isEqualTo(401);

            assertThat(gateway.get("/", "not-a-token").status()).isEqualTo(429);
        }

        @Test
        void whatIsNoFailedAttempt_doesNotCount() throws Exception {
            String token = gateway.origin().addToken(
                    gateway.origin().addUserWithoutRole("nobody"));
            String expired = gateway.origin().addToken(
                    gateway.origin().addUser("late", Role.READER),
                    CredentialKind.ACCESS_TOKEN,
                    gateway.time().millis() - 1000);
            String revoked = gateway.origin().addToken(
                    gateway.origin().addUser("gone", Role.READER));
            gateway.origin().awaitAcked(gateway.origin().revoke(revoked));
            for (int i = 0; i < 2 * FAILURES; i++) {
                assertThat(gateway.get("/", expired).status()).isEqualTo(401);
                assertThat(gateway.get("/", revoked).status()).isEqualTo(401);
                assertThat(gateway.get("/", null).status()).isEqualTo(401);
                assertThat(gateway.get("/", token).status()).isEqualTo(403);
            }
            assertThat(stats().failedAttempts()).isZero();
        }

        @Test
        void time_forgivesOneAfterTheOther() throws Exception {
            fail();
            assertThat(gateway.get("/", "x").status()).isEqualTo(429);
            gateway.time().advance(Duration.ofSeconds(11));
            assertThat(gateway.get("/", "x").status()).isEqualTo(401);
            assertThat(gateway.get("/", "x").status()).isEqualTo(429);
        }

        private ProtectionStats stats() {
            return gateway.gateway().stats().protection().stats();
        }
    }

    @Nested
    class OfExchanges {
        @RegisterExtension
        final GatewayFixture gateway = GatewayFixture.create();

        OfExchanges() {
            gateway.settings().protection(protection(0, 2));
        }

        @Test
        void oneTooMany_is503AtOnceAndTheConnectionGoesOn() throws Exception {
            CountDownLatch answer = new CountDownLatch(1);
            String request = GatewayFixture.request("POST", "/", gateway.writer(), "body");
            Answer slow = Answer.nothing().waitFor(answer).send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            gateway.upstream().enqueue(slow);
            gateway.upstream().enqueue(slow);
            try (RawClient one = gateway.connect();
                    RawClient two = gateway.connect();
                    RawClient three = gateway.connect()) {
                one.send(request);
                two.send(request);
                gateway.upstream().takeRequest();
                gateway.upstream().takeRequest();

                HttpMessage refused = three.exchange(request);

                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.text()).contains("\"code\":\"overloaded\"");
                assertThat(refused.header("Retry-After")).isEqualTo("1");
                answer.countDown();
                assertThat(one.receive().status()).isEqualTo(200);
                assertThat(two.receive().status()).isEqualTo(200);
                assertThat(three.exchange(request).status()).isEqualTo(200);
            }
        }

        @Test
        void whatEndsInWhateverWay_makesRoom() throws Exception {
            for (int i = 0; i < 6; i++) {
                assertThat(gateway.get("/", null).status()).isEqualTo(401);
                assertThat(gateway.exchange("GET nonsense\r\n\r\n").status()).isEqualTo(400);
                gateway.upstream().enqueue(Answer.nothing().close());
                assertThat(gateway.exchange(GatewayFixture.request(
                        "POST", "/", gateway.writer(), "b")).status()).isEqualTo(502);
                assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
            }
        }
    }

    @Nested
    class OfTokens {
        private static final String POLICY = "\"token\";q=2;w=10";

        @RegisterExtension
        final GatewayFixture gateway = GatewayFixture.create();

        OfTokens() {
            gateway.settings().perToken(new Rate(2, Duration.ofSeconds(10), 2));
        }

        @Test
        void everyAnswer_saysHowTheTokenStands() throws Exception {
            HttpMessage first = gateway.get("/", gateway.reader());
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("RateLimit-Policy")).isEqualTo(POLICY);
            assertThat(first.header("RateLimit")).isEqualTo("\"token\";r=1;t=5");
            assertThat(gateway.get("/", gateway.reader()).header("RateLimit"))
                    .startsWith("\"token\";r=0;t=");

            HttpMessage third = gateway.get("/", gateway.reader());

            assertThat(third.status()).isEqualTo(429);
            assertThat(third.text()).contains("\"code\":\"rate_limited\"");
            assertThat(third.header("RateLimit-Policy")).isEqualTo(POLICY);
            assertThat(third.header("RateLimit")).startsWith("\"token\";r=0;t=");
            assertThat(third.header("Retry-After")).isIn("4", "5");
            assertThat(gateway.get("/", gateway.writer()).status()).as("another token")
                    .isEqualTo(200);
            gateway.time().advance(Duration.ofSeconds(5));
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        }

        @Test
        void answerToARefusedRequest_saysNothingOfARate() throws Exception {
            HttpMessage answer = gateway.get("/", null);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("RateLimit")).isNull();
        }

        @Test
        void refusalAfterTheRate_saysHowTheTokenStands() throws Exception {
            gateway.upstream().enqueue(Answer.nothing().close());
            HttpMessage answer = gateway.exchange(GatewayFixture.request(
                    "POST", "/", gateway.writer(), "b"));
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.header("RateLimit")).isEqualTo("\"token\";r=1;t=5");
        }

        @Test
        void recordThatIsReadAgain_givesNothingBack() throws Exception {
            String user = gateway.origin().addUser("busy", Role.READER);
            String token = gateway.origin().addToken(user);
            assertThat(gateway.get("/", token).status()).isEqualTo(200);
            assertThat(gateway.get("/", token).status()).isEqualTo(200);
            gateway.origin().awaitAcked(
                    gateway.origin().restrict(token, only -> only.addApplications("default")));

            assertThat(gateway.get("/", token).status()).isEqualTo(429);
        }

        @Test
        void tokensExchangedFromOneKey_shareItsRate() throws Exception {
            String user = gateway.origin().addUser("exchanging", Role.READER);
            String key = gateway.origin().addToken(
                    user, CredentialKind.API_KEY, Long.MAX_VALUE);
            assertThat(gateway.get("/", gateway.origin().exchange(key)).status()).isEqualTo(200);
            assertThat(gateway.get("/", gateway.origin().exchange(key)).status()).isEqualTo(200);
            assertThat(gateway.get("/", gateway.origin().exchange(key)).status()).isEqualTo(429);
        }
    }

    @Nested
    class OfNothing {
        @RegisterExtension
        final GatewayFixture gateway = GatewayFixture.create();

        @Test
        void routeWithoutARate_addsNoFields() throws Exception {
            HttpMessage answer = gateway.get("/", gateway.reader());
            assertThat(answer.header("RateLimit")).isNull();
            assertThat(answer.header("RateLimit-Policy")).isNull();
        }
    }
}
