package dev.portcullis.gateway.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.Fuzz;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is made of any question: the request that it names, or nothing. */
class QuestionTest {
    private static final int ROUNDS = 20_000;
    private static final HeadLimits LIMITS = new HeadLimits(32 * 1024, 16 * 1024, 100);
    private static final String[] NAMES = {
        "X-Forwarded-Method", "x-forwarded-uri", "X-Original-URL", "X-Forwarded-Host",
        "X-Original-Method", "X-Original-URI", "Authorization", "Content-Length", "Connection",
        "X_Forwarded_Uri", "Host", "Content-Type", "grpc-timeout", "Expect", "Upgrade", ":path",
        "X-Other", "Transfer-Encoding", "a b", "", "X\r\nY"
    };
    private static final String[] VALUES = {
        "GET", "POST", "/", "/a/b?c=d", "http://h/x", "http://h", "h", "h:80", "Bearer x", "5",
        "close", "a b", "", "*", "//x", "/\u00e9", "/\u20ac", "a\r\nX: y", "/a HTTP/1.1\r\nX: y",
        "http://a@b/", "::", "application/grpc", "chunked", "100-continue", "/a#b", "\0", "1S"
    };

    private static String any(Random random, String[] from) {
        return from[random.nextInt(from.length)];
    }

    private static RequestHead read(String text) {
        RequestHead head = new RequestHead(LIMITS);
        ByteBuf octets = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        try {
            return head.read(octets) == Progress.COMPLETE ? head : null;
        } finally {
            octets.release();
        }
    }

    private static String targetOf(RequestHead head) {
        return new String(head.pathBytes(), head.pathFrom(), head.pathTo() - head.pathFrom(),
                StandardCharsets.ISO_8859_1) + head.text(head.queryFrom(), head.queryTo());
    }

    /** What is asked for where a target comes with its host, which must be the one named. */
    private static String withoutAuthority(String target) {
        String rest = target.replaceFirst("^http://[^/]*", "");
        return rest.isEmpty() ? "/" : rest;
    }

    private static String hostOf(RequestHead head) {
        return head.text(head.hostFrom(), head.hostTo());
    }

    @Test
    void questionByItsParts_isThatRequestOrNone() {
        int[] taken = new int[1];
        Fuzz.rounds(ROUNDS, random -> {
            String method = any(random, VALUES);
            String target = any(random, VALUES);
            String host = any(random, VALUES);
            Map<String, String> headers = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                headers.put(any(random, NAMES), any(random, VALUES));
            }
            RequestHead question = Question.of(method, target, host, headers);
            if (question != null) {
                taken[0]++;
                assertThat(question.method()).isEqualTo(method);
                assertThat(hostOf(question)).isEqualTo(host);
                assertThat(targetOf(question)).isEqualTo(withoutAuthority(target));
                assertThat(question.hasBody()).isFalse();
                assertThat(question.fields()).isLessThanOrEqualTo(headers.size() + 1);
            }
        });
        assertThat(taken[0]).as("some are well-formed").isPositive();
    }

    @Test
    void questionOverHttp_isTheRequestThatAllItsFieldsName() {
        int[] taken = new int[1];
        Fuzz.rounds(ROUNDS, random -> {
            StringBuilder text = new StringBuilder("GET /.portcullis/auth HTTP/1.1\r\nHost: q\r\n");
            for (int i = random.nextInt(6); i > 0; i--) {
                text.append(any(random, NAMES)).append(": ").append(any(random, VALUES))
                        .append("\r\n");
            }
            RequestHead asker = read(text.append("\r\n").toString());
            RequestHead question = asker == null ? null : Question.of(asker);
            if (question != null) {
                taken[0]++;
                assertNames(asker, question);
            }
        });
        assertThat(taken[0]).as("some are well-formed").isPositive();
    }

    /** Whatever field says a method, a target or a host says that of the question. */
    private static void assertNames(RequestHead asker, RequestHead question) {
        assertThat(question.hasBody()).isFalse();
        for (int field = 0; field < asker.fields(); field++) {
            String name = asker.text(asker.nameFrom(field), asker.nameTo(field)).toLowerCase(
                    Locale.ROOT);
            String value = asker.text(asker.valueFrom(field), asker.valueTo(field));
            switch (name) {
                case "x-forwarded-method", "x-original-method" ->
                        assertThat(question.method()).isEqualTo(value);
                case "x-forwarded-uri", "x-original-uri" ->
                        assertThat(targetOf(question)).isEqualTo(withoutAuthority(value));
                case "x-forwarded-host" -> assertThat(hostOf(question)).isEqualTo(value);
                default -> { }
            }
        }
    }

    @Test
    void fieldsOfTheAskersConnection_stayBehind() {
        RequestHead question = Question.of(read("POST /.portcullis/auth HTTP/1.1\r\nHost: q\r\n"
                + "X-Forwarded-Method: PUT\r\nX-Forwarded-Uri: /a?b\r\nContent-Length: 3\r\n"
                + "Connection: close\r\nExpect: 100-continue\r\nX-Other: 1\r\n\r\n"));
        assertThat(question.method()).isEqualTo("PUT");
        assertThat(targetOf(question)).isEqualTo("/a?b");
        assertThat(hostOf(question)).isEqualTo("q");
        assertThat(question.hasBody()).isFalse();
        assertThat(question.fields()).isEqualTo(2);
    }
}
