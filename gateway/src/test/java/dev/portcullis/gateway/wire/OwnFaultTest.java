package dev.portcullis.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Faults of the gateway itself, injected: nothing passes, and it is said whose they are. */
class OwnFaultTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @Test
    void faultBeforeTheVerdict_is500AndForwardsNothing() throws IOException {
        assertFault("began", 0);
    }

    @Test
    void faultAtTheLease_is500AndForwardsNothing() throws IOException {
        // the first request leaves a connection, so that the second one's lease is at once
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
        gateway.newLogLines();
        assertFault("leased", 1);
    }

    @Test
    void faultAtAConnectionsOpening_is500AndForwardsNothing() throws IOException {
        assertFault("leased", 0);
    }

    @Test
    void faultAtTheResponse_is500() throws IOException {
        gateway.upstream().enqueue(Answer.ok("late"));
        assertFault("responseBegan", 1);
    }

    private void assertFault(String method, int forwarded) throws IOException {
        gateway.time().failIn(method);
        HttpMessage reply = gateway.get("/", gateway.reader());
        gateway.time().failIn(null);

        assertThat(reply.status()).isEqualTo(500);
        assertThat(gateway.takeTroubles()).isNotEmpty();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"code\":\"internal_error\"");
        assertThat(gateway.upstream().seen()).hasSize(forwarded);
        assertThat(gateway.get("/", gateway.reader()).status()).isEqualTo(200);
    }
}
