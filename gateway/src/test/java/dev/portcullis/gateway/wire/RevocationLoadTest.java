package dev.portcullis.gateway.wire;

import static dev.portcullis.gateway.testkit.GatewayFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sixteen clients send one request after the other by one token while its right ends. Once the
 * gateway has acknowledged that, no request that is sent may pass any more.
 */
@Timeout(120)
class RevocationLoadTest {
    private static final int ROUNDS = 20;
    private static final int CLIENTS = 16;
    private static final int REQUESTS_AT_LEAST = 32;
    private static final int REQUESTS_SPREAD = 300;
    private static final int REQUESTS_AFTER = 5;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    private final Random random = new Random(23);
    private final List<RawClient> clients = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final Semaphore answered = new Semaphore(0);
    private volatile boolean acknowledged;
    private int passed;

    RevocationLoadTest() {
        gateway.settings().countingUpstreams();
    }

    @BeforeEach
    void connect() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(gateway.connect());
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        threads.shutdownNow();
        for (RawClient client : clients) {
            client.close();
        }
    }

    /** What ends a right; the revision of that. */
    private interface Change {
        long make(String user, String token);
    }

    @Test
    void tokenIsRevoked_nothingPassesAfterTheAcknowledgement() throws Exception {
        rounds("GET", 401, (user, token) -> gateway.origin().revoke(token));
    }

    @Test
    void userIsBlocked_nothingPassesAfterTheAcknowledgement() throws Exception {
        rounds("GET", 403, (user, token) -> gateway.origin().block(user));
    }

    @Test
    void roleIsLowered_noWritePassesAfterTheAcknowledgement() throws Exception {
        rounds("POST", 403,
                (user, token) -> gateway.origin().setRole(user, "*", Role.READER));
    }

    @Test
    void keyIsRevoked_noTokenExchangedFromItPassesAfterTheAcknowledgement() throws Exception {
        Map<String, String> keys = new HashMap<>();
        Function<String, String> exchange = user -> {
            String key = gateway.origin().addToken(user, CredentialKind.API_KEY, 0);
            keys.put(user, key);
            return gateway.origin().exchange(key);
        };
        rounds("GET", 401, exchange, (user, token) -> gateway.origin().revoke(keys.get(user)));
    }

    private void rounds(String method, int refusal, Change change) throws Exception {
        rounds(method, refusal, gateway.origin()::addToken, change);
    }

    private void rounds(
            String method, int refusal, Function<String, String> issue, Change change)
            throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String user = gateway.origin().addUser("user-" + round, Role.WRITER);
            String token = issue.apply(user);
            String request = request(method, "/" + round, token, "");
            acknowledged = false;
            answered.drainPermits();
            List<Future<Integer>> running = new ArrayList<>();
            for (RawClient client : clients) {
                running.add(threads.submit(() -> loop(client, request, refusal)));
            }
            answered.acquire(REQUESTS_AT_LEAST + random.nextInt(REQUESTS_SPREAD));
            gateway.origin().awaitAcked(change.make(user, token));
            acknowledged = true;
            for (Future<Integer> one : running) {
                passed += one.get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(passed).as("requests that passed before").isGreaterThan(ROUNDS);
    }

    /** Requests without a pause, until some were sent behind the change; how many passed. */
    private int loop(RawClient client, String request, int refusal) throws IOException {
        int good = 0;
        for (int after = 0; after < REQUESTS_AFTER; ) {
            boolean late = acknowledged;
            int status = client.exchange(request).status();
            answered.release();
            if (late) {
                after++;
                assertThat(status).as("sent after the acknowledgement").isEqualTo(refusal);
            } else {
                assertThat(status).as("sent before the acknowledgement").isIn(200, refusal);
                good += status == 200 ? 1 : 0;
            }
        }
        return good;
    }
}
