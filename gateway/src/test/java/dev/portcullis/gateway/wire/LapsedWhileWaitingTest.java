package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.core.access.Role;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Upstream;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.upstream.UpstreamConfig.Protocol;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several requests wait for one connection, and the lease ends meanwhile. */
@Timeout(60)
class LapsedWhileWaitingTest {
    private static final Duration LEASE = Duration.ofSeconds(20);

    private final GatewayFixture gateway = GatewayFixture.create();
    private final CountDownLatch later = new CountDownLatch(1);
    private H2Upstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = H2Upstream.start();
        gateway.settings().eventLoops(1).upstream(upstream.uri(), Protocol.HTTP_2)
                .upstream().connectTimeout(Duration.ofMinutes(5));
        gateway.start();
    }

    @AfterEach
    void stop() throws IOException {
        later.countDown();
        try (gateway) {
            assertThat(upstream.faults()).isEmpty();
        } finally {
            upstream.close();
        }
    }

    @Test
    void leaseEndsMeanwhile_noneOfThoseWhoWaitIsForwarded() throws Exception {
        upstream.enqueue(connection -> {
            later.await();
            connection.begin();
            connection.await(99);
        });
        gateway.origin().setLeaseMillis(LEASE.toMillis());
        gateway.origin().addUser("anybody", Role.READER);
        await().until(() -> gateway.gateway().stats().records().leaseRemaining()
                .compareTo(LEASE) <= 0);
        try (RawClient first = asking(); RawClient second = asking()) {
            gateway.origin().setDown(true);
            gateway.origin().revoke(gateway.reader());
            gateway.time().advance(LEASE);
            later.countDown();
            assertUnavailable(first.receive());
            assertUnavailable(second.receive());
        }
        gateway.origin().setDown(false);
    }

    /** A client whose request has its verdict, and waits for the connection. */
    private RawClient asking() throws IOException {
        long before = gateway.gateway().stats().exchanges().inProgress();
        RawClient client = gateway.connect();
        client.send(request("GET", "/", gateway.reader(), ""));
        await().until(() -> gateway.gateway().stats().exchanges().inProgress() == before + 1
                && gateway.gateway().stats().records().resolvesInFlight() == 0
                && upstream.connections() == 1);
        return client;
    }

    private static void assertUnavailable(HttpMessage response) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.text()).contains("\"code\":\"verification_unavailable\"");
    }
}
