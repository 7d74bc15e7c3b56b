package dev.portcullis.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What Envoy is told to do with the fields of a request that passes. */
class AnswersTest {
    private static final byte[] NO_BODY = {};

    private static List<String> removedBy(String reply, String... names) {
        Set<String> removed = Answers.removed(List.of(names));
        ByteBuf head = Unpooled.copiedBuffer(reply, StandardCharsets.US_ASCII);
        CheckResponse answer = Answers.of(head, NO_BODY, removed);
        return answer.getOkResponse().getHeadersToRemoveList();
    }

    @Test
    void forgedIdentityInAnotherSpelling_isRemoved() {
        assertThat(removedBy("HTTP/1.1 200 OK\r\n", "x_portcullis_role", "x-portcullis_user",
                "x-portcullis-new", "X_Portcullis_Kind"))
                .contains("x_portcullis_role", "x-portcullis_user", "x-portcullis-new",
                        "x_portcullis_kind", "x-portcullis-role");
    }

    @Test
    void credentialInAnotherSpelling_isRemoved() {
        assertThat(removedBy("HTTP/1.1 200 OK\r\n", "x_api_key", "proxy-authorization"))
                .contains("authorization", "x-api-key", "x_api_key", "proxy-authorization");
    }

    @Test
    void requestForAnotherMethodOrPath_isRemoved() {
        assertThat(removedBy("HTTP/1.1 200 OK\r\n", "x-http-method-override", "x-original-url"))
                .contains("x-http-method-override", "x-original-url");
    }

    @Test
    void whatMeansNothingToUs_isLeft() {
        assertThat(removedBy("HTTP/1.1 200 OK\r\n", ":path", "accept", "cookie", "x-portcullisx"))
                .doesNotContain(":path", "accept", "cookie", "x-portcullisx");
    }

    @Test
    void whatTheAnswerSets_isNotRemoved() {
        assertThat(removedBy("HTTP/1.1 200 OK\r\nX-Portcullis-Role: reader\r\n",
                "x-portcullis-role", "x_portcullis_role"))
                .contains("x_portcullis_role", "x-portcullis-user")
                .doesNotContain("x-portcullis-role");
    }
}
