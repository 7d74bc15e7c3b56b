package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.FakeOrigin;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.TokenTexts;
import dev.portcullis.proto.origin.v1.RefusalSummary;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever is refused for a credential is reported to the origin, summed up. */
@Timeout(60)
class RefusalsTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    RefusalsTest() {
        gateway.settings().reportInterval(Duration.ofMillis(100))
                .application("default", "", "/").application("billing", "", "/billing");
    }

    private void refused(int times, String path, String token) throws IOException {
        for (int i = 0; i < times; i++) {
            assertThat(gateway.get(path, token).status()).isIn(400, 401, 403, 404);
        }
    }

    /** Counts by code, prefix and application, over all reports. */
    private Map<String, Long> reported() {
        Map<String, Long> counts = new HashMap<>();
        for (RefusalSummary summary : gateway.origin().reportedRefusals()) {
            assertThat(summary.getSource()).isEqualTo("127.0.0.1");
            assertThat(summary.getFirstAtMs()).isPositive()
                    .isLessThanOrEqualTo(summary.getLastAtMs());
            counts.merge(summary.getCode() + " " + summary.getPrefix() + " "
                    + summary.getApplication(), summary.getCount(), Long::sum);
        }
        return counts;
    }

    @Test
    void refusals_areReportedByCodeProvedPrefixAndApplication() throws Exception {
        FakeOrigin origin = gateway.origin();
        String reader = "user-reader";
        String replaced = origin.addToken(reader);
        origin.replace(replaced);
        String revoked = origin.addToken(reader);
        origin.revoke(revoked);
        String expired = origin.addToken(reader, CredentialKind.ACCESS_TOKEN, 1);
        String abroad = origin.addToken(reader);
        origin.restrict(abroad, only -> only.addCidrs("192.0.2.0/24"));
        String norole = origin.addToken(origin.addUserWithoutRole("norole"));

        refused(3, "/", replaced);
        refused(2, "/billing/x", replaced);
        refused(1, "/", revoked);
        refused(2, "/", expired);
        refused(1, "/", abroad);
        refused(1, "/", norole);
        refused(2, "/", origin.unknownToken());
        // a stranger who knows the prefix of another's token has proved nothing
        refused(1, "/", TokenTexts.otherSecret(replaced));
        refused(1, "/", origin.addToken(reader, CredentialKind.API_KEY, 0));
        refused(1, "/", null);

        Map<String, Long> expected = Map.of(
                "credential_replaced " + FakeOrigin.prefixOf(replaced) + " default", 3L,
                "credential_replaced " + FakeOrigin.prefixOf(replaced) + " billing", 2L,
                "credential_revoked " + FakeOrigin.prefixOf(revoked) + " default", 1L,
                "credential_expired " + FakeOrigin.prefixOf(expired) + " default", 2L,
                "source_denied " + FakeOrigin.prefixOf(abroad) + " default", 1L,
                "access_denied " + FakeOrigin.prefixOf(norole) + " default", 1L,
                "credential_invalid  default", 4L);
        await().untilAsserted(() -> assertThat(reported()).isEqualTo(expected));
    }

    @Test
    void originIsAway_refusalsComeWhenItIsBack() throws Exception {
        String replaced = gateway.origin().addToken("user-reader");
        gateway.origin().replace(replaced);
        // else the change might evict what the first request had read
        gateway.origin().awaitAcked();
        refused(1, "/", replaced);
        gateway.origin().setDown(true);
        refused(4, "/", replaced);
        gateway.origin().setDown(false);
        await().untilAsserted(() -> assertThat(reported()).isEqualTo(Map.of(
                "credential_replaced " + FakeOrigin.prefixOf(replaced) + " default", 5L)));
    }

    @Test
    void exchangeThatIsCut_isNobodysAttempt() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        gateway.upstream().enqueue(Answer
                .raw("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nfirst").waitFor(never));
        try (BulkConnection client = BulkConnection.to(gateway.gateway().address())) {
            client.send(request("GET", "/", gateway.reader(), ""));
            client.head();
            gateway.origin().revoke(gateway.reader());
            client.rest();
        }
        refused(1, "/", gateway.origin().unknownToken());
        await().until(() -> !reported().isEmpty());
        assertThat(reported()).isEqualTo(Map.of("credential_invalid  default", 1L));
    }
}
