package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.access.Role;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No word from the origin: the lease is believed to its end, and nothing after it. */
@Timeout(60)
class OriginDownTest {
    /** Even one and a half of it are less than any time-out of a connection. */
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final int REQUESTS = 50;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @Test
    void originIsDown_validRequestsPassUntilTheLeaseEndsAndNoneAfterIt() throws Exception {
        shortLease();
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        gateway.origin().setDown(true);
        for (int i = 0; i < REQUESTS; i++) {
            gateway.time().advance(LEASE.dividedBy(2 * REQUESTS));
            assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        }
        assertThat(gateway.gateway().ready()).isTrue();
        gateway.time().advance(LEASE);
        assertThat(gateway.gateway().ready()).isFalse();
        for (int i = 0; i < REQUESTS; i++) {
            assertUnavailable(gateway.get("/", gateway.reader()));
        }
        assertThat(gateway.upstream().seen()).hasSize(REQUESTS + 1);
        gateway.origin().setDown(false);
        await().untilAsserted(() -> assertThat(gateway.get("/", gateway.reader()).status())
                .isEqualTo(200));
        await().until(gateway.gateway()::ready);
    }

    @Test
    void originIsDown_tokenThatWasNeverSeenIsNeitherRefusedNorLetThrough() throws Exception {
        String valid = gateway.origin().addToken(gateway.origin().addUser("late", Role.READER));
        gateway.origin().setDown(true);
        assertUnavailable(gateway.get("/", valid));
        assertUnavailable(gateway.get("/", gateway.origin().unknownToken()));
        // no question is needed to see that this is no token
        assertThat(gateway.get("/", "nonsense").status()).isEqualTo(401);
        assertThat(gateway.get("/", null).status()).isEqualTo(401);
        assertThat(gateway.upstream().connections()).isZero();
        gateway.origin().setDown(false);
        assertThat(gateway.get("/", valid).status()).isEqualTo(200);
    }

    @Test
    void tokenIsRevokedWhileTheOriginIsCutOff_itStopsWithTheLease() throws Exception {
        shortLease();
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        gateway.origin().setDown(true);
        gateway.origin().revoke(gateway.reader());
        gateway.time().advance(LEASE);
        assertUnavailable(gateway.get("/", gateway.reader()));
        gateway.origin().setDown(false);
        await().untilAsserted(() -> assertThat(gateway.get("/", gateway.reader()).status())
                .isEqualTo(401));
        assertThat(gateway.upstream().seen()).hasSize(1);
    }

    @Test
    void leaseEndsWhileAConnectionIsAwaited_requestIsNeverForwarded() throws Exception {
        shortLease();
        try (BusyListener busy = BusyListener.inPlaceOf(gateway);
                RawClient client = busy.sendAndAwaitVerdict(gateway.reader())) {
            gateway.origin().setDown(true);
            gateway.origin().revoke(gateway.reader());
            gateway.time().advance(LEASE);
            try (Socket late = busy.acceptStranger()) {
                assertThat(late.getInputStream().read()).as("an octet of the request")
                        .isEqualTo(-1);
            }
            assertUnavailable(client.receive());
        }
        gateway.origin().setDown(false);
    }

    /** The usual one of this kit would outlast the test; an acknowledgement asks for the next. */
    private void shortLease() throws InterruptedException {
        gateway.origin().setLeaseMillis(LEASE.toMillis());
        gateway.origin().addUser("anybody", Role.READER);
        await().until(() -> gateway.gateway().stats().records().leaseRemaining()
                .compareTo(LEASE) <= 0);
    }

    private static void assertUnavailable(HttpMessage response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).contains("\"code\":\"verification_unavailable\"");
        assertThat(response.header("Retry-After")).isEqualTo("1");
        assertThat(response.header("WWW-Authenticate")).isNull();
    }
}
