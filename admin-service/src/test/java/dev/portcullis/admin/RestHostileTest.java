package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.rest.NoLeaks;
import dev.portcullis.admin.rest.RawHttp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and octets that mean no good, against the whole REST API. */
@ExtendWith(NoLeaks.class)
class RestHostileTest {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3})");

    @TempDir
    static Path directory;

    private static TestAdmin admin;

    @BeforeAll
    static void start() throws Exception {
        admin = TestAdmin.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        admin.close();
    }

    static Stream<byte[]> notJson() {
        return Stream.of(
                latin1(""),
                latin1("  "),
                latin1("{\"name\":\"a\""),
                latin1("{\"name\":\"a"),
                latin1("{name:\"a\"}"),
                latin1("{'name':'a'}"),
                latin1("{\"name\":\"a\",}"),
                latin1("{\"name\":\"a\"} x"),
                latin1("{\"name\":\"a\"}{\"name\":\"b\"}"),
                latin1("{\"name\":\"a\",\"name\":\"b\"}"),
                latin1("{\"name\":\"a\"/**/}"),
                latin1("{\"name\":NaN}"),
                latin1("{\"name\":01}"),
                latin1("{\"name\":\"a\nb\"}"),
                latin1("{\"name\":\"\\x\"}"),
                latin1("{\"name\":\"a\0b\"}"),
                latin1("\0{\"name\":\"a\"}"),
                latin1("{\"name\":\"\u00ff\"}"),
                latin1("{\"name\":\"\u00c0\u00af\"}"),
                latin1("{\"name\":\"\u00ed\u00a0\u0080\"}"),
                latin1("\u00ef\u00bb\u00bf{\"name\":\"a\"}"),
                "{\"name\":\"a\"}".getBytes(StandardCharsets.UTF_16),
                "{\"name\":\"a\"}".getBytes(StandardCharsets.UTF_16LE),
                latin1("[".repeat(60_000)),
                latin1("{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000)),
                latin1("[" + "1,".repeat(30_000) + "1]"),
                latin1("{\"name\":" + "9".repeat(60_000) + "}"),
                latin1("{\"" + "n".repeat(60_000) + "\":1}"));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @MethodSource("notJson")
    void bodyThatIsNotJson_is400AndTheConnectionGoesOn(byte[] body) throws Exception {
        try (RawHttp client = new RawHttp(admin.restAddress())) {
            client.send(head("POST", "/api/users", admin.adminToken)
                    + "Content-Length: " + body.length + "\r\n\r\n").send(body);
            RawHttp.Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(TestAdmin.JSON.readTree(response.body()).get("code").intValue())
                    .isEqualTo(400);
            client.send(head("GET", "/api/users", admin.adminToken) + "\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void mistake_isNotRepeatedInItsError() throws Exception {
        String body = "{\"name\": " + admin.adminToken + "}";
        assertThat(admin.rest("POST", "/api/users", body).body())
                .doesNotContain(admin.adminToken.substring(17, 40));
    }

    @Test
    void body_isLimited() throws Exception {
        String exactly = "{\"name\":\"" + "x".repeat(64 * 1024 - 11) + "\"}";
        assertThat(admin.rest("POST", "/api/users", exactly).statusCode()).isEqualTo(422);
        assertThat(admin.rest("POST", "/api/users", exactly + " ").statusCode()).isEqualTo(413);
        assertThat(admin.rest("POST", "/api/users", "x".repeat(2 * 1024 * 1024)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void twoCredentials_areRefusedEvenWhenBothAreGood() throws Exception {
        try (RawHttp client = new RawHttp(admin.restAddress())) {
            client.send(head("GET", "/api/users", admin.adminToken)
                    + "authorization: Token " + admin.adminToken + "\r\n\r\n");
            RawHttp.Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("more than one credential");
        }
    }

    @Test
    void authorizationBesideApiKey_isRefused() throws Exception {
        try (RawHttp client = new RawHttp(admin.restAddress())) {
            client.send(head("GET", "/api/users", admin.adminToken)
                    + "X-Api-Key: " + admin.adminToken + "\r\n\r\n");
            RawHttp.Response response = client.read();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("more than one credential");
        }
    }

    @Test
    void methodOverride_isNotHonoured() throws Exception {
        String user = admin.user("victim", null);
        try (RawHttp client = new RawHttp(admin.restAddress())) {
            client.send(head("GET", "/api/users/" + user, admin.adminToken)
                    + "X-HTTP-Method-Override: DELETE\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
        assertThat(admin.rest("GET", "/api/users/victim", null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomOctets_neverBreakTheServer(long seed) throws Exception {
        Random random = new Random(seed);
        String good = head("POST", "/api/users", admin.adminToken) + "Content-Length: 12\r\n\r\n"
                + "{\"name\":\"a\"}" + head("GET", "/api/users?page_size=2", "x") + "\r\n";
        for (int i = 0; i < 150; i++) {
            byte[] octets = random.nextInt(3) == 0
                    ? noise(random)
                    : damaged(latin1(good), random);
            try (RawHttp client = new RawHttp(admin.restAddress())) {
                client.send(octets).endOutput();
                Matcher status = STATUS.matcher(client.readAll());
                while (status.find()) {
                    assertThat(Integer.parseInt(status.group(1)))
                            .as("seed %d, round %d", seed, i)
                            .satisfiesAnyOf(
                                    code -> assertThat(code).isLessThan(500),
                                    // an honest answer to HTTP/2.0 and the like
                                    code -> assertThat(code).isEqualTo(505));
                }
            }
        }
        // whoever is wrong so often waits a moment
        await().until(() -> admin.rest("GET", "/api/users", null).statusCode() == 200);
    }

    private static byte[] noise(Random random) {
        byte[] octets = new byte[1 + random.nextInt(2_000)];
        random.nextBytes(octets);
        return octets;
    }

    /** The same with a few octets changed, left out, doubled or the end cut off. */
    private static byte[] damaged(byte[] good, Random random) {
        StringBuilder text = new StringBuilder(new String(good, StandardCharsets.ISO_8859_1));
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 20)));
                default -> text.insert(at, "\r\n\0 :;,{}[]\"%&+".charAt(random.nextInt(15)));
            }
        }
        if (random.nextInt(3) == 0) {
            text.setLength(1 + random.nextInt(text.length()));
        }
        return latin1(text.toString());
    }

    private static String head(String method, String target, String token) {
        return method + " " + target + " HTTP/1.1\r\nHost: h\r\n"
                + "Authorization: Bearer " + token + "\r\n";
    }
}
