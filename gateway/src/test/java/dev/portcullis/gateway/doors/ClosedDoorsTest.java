package dev.portcullis.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody has opened a door. */
class ClosedDoorsTest {
    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @Test
    void doorsAreClosed_thePathIsLikeAnyOther() throws Exception {
        String path = "/.portcullis/auth";
        HttpMessage answer = gateway.get(path, gateway.reader());
        assertThat(answer.text()).isEqualTo("GET " + path);
        assertThat(gateway.upstream().takeRequest().header("X-Portcullis-Role"))
                .isEqualTo("reader");
        assertThat(gateway.get(path, null).status()).isEqualTo(401);
        assertThat(gateway.gateway().externalAuthorization()).isNull();
    }
}
