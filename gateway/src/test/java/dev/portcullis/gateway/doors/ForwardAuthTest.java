package dev.portcullis.gateway.doors;

import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.testkit.Answer;
import dev.portcullis.gateway.testkit.FakeOrigin;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.H2Client;
import dev.portcullis.gateway.testkit.H2Response;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other proxies ask over HTTP before they forward. */
@Timeout(60)
class ForwardAuthTest {
    private static final String START = "GET /.portcullis/auth HTTP/1.1\r\nHost: app.example\r\n";
    private static final int EXCHANGES_MAX = 2;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    ForwardAuthTest() {
        gateway.settings().doors(new DoorsConfig(true, null))
                .protection(new ProtectionConfig(List.of(Cidr.parse("127.0.0.2/32")), List.of(),
                        0, 0, Duration.ofMinutes(1), EXCHANGES_MAX))
                .application(route("default").path("/app").build())
                .application(route("open").path("/open").open().build())
                .application(route("calls").path("/app.Items").reads(null, "/app.Items/Get*")
                        .build());
    }

    private static String fields(String... lines) {
        return Stream.of(lines).map(line -> line + "\r\n").reduce("", String::concat);
    }

    private static String about(String method, String target, String token, String... more) {
        return START + fields("X-Forwarded-Method: " + method, "X-Forwarded-Uri: " + target)
                + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
                + fields(more) + "\r\n";
    }

    private HttpMessage ask(String method, String target, String token, String... more)
            throws IOException {
        return gateway.exchange(about(method, target, token, more));
    }

    private static void assertRefused(HttpMessage answer, int status, String code) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
        assertThat(answer.headers()).noneMatch(
                line -> line.name().toLowerCase(Locale.ROOT).startsWith("x-portcullis"));
    }

    @Test
    void permitted_is200WithWhoCallsAndNothingElse() throws Exception {
        gateway.origin().setGroups("user-reader", "ops", "r,d");

        HttpMessage answer = ask("GET", "/app/x?token=y", gateway.reader(),
                "X-Portcullis-Role: admin", "X-Portcullis-Extra: me", "X_Portcullis_User: root",
                "X-Request-Id: mine");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.rawText()).doesNotContain(gateway.reader().split("_")[2]);
        assertThat(answer.headers().stream().map(HttpMessage.Header::name)).containsExactly(
                "Content-Length", "Cache-Control", "X-Request-Id", "X-Portcullis-User-Id",
                "X-Portcullis-User", "X-Portcullis-Kind", "X-Portcullis-Groups",
                "X-Portcullis-Role", "X-Portcullis-Token-Id");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Portcullis-User-Id")).isEqualTo("user-reader");
        assertThat(answer.header("X-Portcullis-User")).isEqualTo("reader");
        assertThat(answer.header("X-Portcullis-Groups")).isEqualTo("ops,r%2cd");
        assertThat(answer.header("X-Portcullis-Role")).isEqualTo("reader");
        assertThat(answer.header("X-Portcullis-Token-Id"))
                .isEqualTo(FakeOrigin.prefixOf(gateway.reader()));
        assertThat(answer.header("X-Request-Id")).isNotEqualTo("mine");
        assertThat(gateway.upstream().seen()).as("nothing is forwarded").isEmpty();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"method\":\"GET\"", "\"path\":\"/app/x\"", "\"status\":200");
    }

    @Test
    void methodThatIsNamed_decidesWhetherItReads() throws Exception {
        for (String method : List.of("GET", "HEAD", "OPTIONS")) {
            assertThat(ask(method, "/app", gateway.reader()).status()).isEqualTo(200);
        }
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "PURGE")) {
            assertRefused(ask(method, "/app", gateway.reader()), 403, "write_denied");
            assertThat(ask(method, "/app", gateway.writer()).status()).isEqualTo(200);
        }
        assertThat(gateway.exchange(about("GET", "/app", gateway.reader())
                .replace("GET /.portcullis", "POST /.portcullis")).status())
                .as("the asker's own method says nothing").isEqualTo(200);
    }

    @Test
    void refusals_areTheSameAsThoseOfTheRequestItself() throws Exception {
        HttpMessage missing = ask("GET", "/app", null);
        assertRefused(missing, 401, "credential_missing");
        assertThat(missing.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"portcullis\"");
        HttpMessage wrong = ask("GET", "/app", gateway.origin().unknownToken());
        assertRefused(wrong, 401, "credential_invalid");
        assertThat(wrong.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        HttpMessage denied = ask("GET", "/app", gateway.origin()
                .addToken(gateway.origin().addUserWithoutRole("norole")));
        assertRefused(denied, 403, "access_denied");
        assertThat(denied.header("WWW-Authenticate")).contains("insufficient_scope");
        assertRefused(ask("GET", "/elsewhere", gateway.reader()), 404, "route_unknown");
        assertRefused(ask("GET", "/app/%2e%2e/%2Fx", gateway.reader()), 400, "path_ambiguous");
        assertRefused(ask("GET", "/app", gateway.reader(), "X-Api-Key: other"), 400,
                "credential_ambiguous");
        assertRefused(ask("TRACE", "/app", gateway.reader()), 405, "method_not_allowed");
        String unused = gateway.origin().addToken("user-reader");
        gateway.origin().setDown(true);
        HttpMessage away = ask("GET", "/app", unused);
        assertRefused(away, 503, "verification_unavailable");
        assertThat(away.header("Retry-After")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "",
        "X-Forwarded-Method: GET",
        "X-Forwarded-Uri: /app",
        "X-Forwarded-Method: GET|X-Forwarded-Uri:",
        "X-Forwarded-Method:|X-Forwarded-Uri: /app",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: app",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: /app b",
        "X-Forwarded-Method: G T|X-Forwarded-Uri: /app",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: /app#f",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: /app|X-Original-Method: POST",
        "X-Forwarded-Method: GET|X-Forwarded-Method: POST|X-Forwarded-Uri: /app",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: /app|X-Original-URI: /open",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: /app|X-Original-URL: http://app.example/open",
        "X-Forwarded-Method: GET|X-Original-URL: http://a/app|X-Forwarded-Host: b",
        "X-Forwarded-Method: GET|X-Original-URL: http://a b/app",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: /app|X-Forwarded-Host: a, b",
        "X-Forwarded-Method: GET|X-Forwarded-Uri: /app|X-Forwarded-Host: a@b"
    })
    void questionThatCannotBeRead_isMalformedAndTheConnectionGoesOn(String lines)
            throws Exception {
        String text = START + fields("Authorization: Bearer " + gateway.writer())
                + (lines.isEmpty() ? "" : fields(lines.split("\\|"))) + "\r\n";
        try (RawClient asker = gateway.connect()) {
            assertRefused(asker.exchange(text), 400, "question_malformed");
            assertThat(asker.exchange(about("GET", "/app", gateway.reader())).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void originalNames_sayTheSame() throws Exception {
        String token = fields("Authorization: Bearer " + gateway.reader());
        for (String lines : List.of(
                fields("X-Original-Method: GET", "X-Original-URI: /app/1"),
                fields("X-Original-Method: GET", "X-Original-URL: https://a.example/app/1?q"),
                fields("X-Original-Method: GET", "X-Original-URL: /app/1"),
                fields("X-Original-Method: GET", "X-Forwarded-Method: GET",
                        "X-Original-URL: http://a.example/app", "X-Forwarded-Uri: /app",
                        "X-Forwarded-Host: a.example"))) {
            assertThat(gateway.exchange(START + lines + token + "\r\n").status()).isEqualTo(200);
            assertRefused(gateway.exchange(START
                    + lines.replace("Method: GET", "Method: PUT") + token + "\r\n"),
                    403, "write_denied");
        }
        assertRefused(gateway.exchange(START + fields("X-Original-Method: GET",
                "X-Original-URL: http://a.example") + token + "\r\n"), 404, "route_unknown");
    }

    @Test
    void questionWithABody_isAnsweredAndTheConnectionStaysInStep() throws Exception {
        String text = about("GET", "/app", gateway.reader(), "Content-Length: 5") + "hello";
        try (RawClient asker = gateway.connect()) {
            assertThat(asker.exchange(text).status()).isEqualTo(200);
        }
        String chunked = about("GET", "/app", gateway.reader(), "Transfer-Encoding: chunked")
                + "5\r\nGET /\r\n0\r\n\r\n";
        assertThat(gateway.exchange(chunked).status()).isEqualTo(200);
        assertThat(gateway.upstream().seen()).isEmpty();
    }

    @Test
    void manyQuestionsAndRequests_shareAConnection() throws Exception {
        try (RawClient asker = gateway.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(asker.exchange(about("GET", "/app", gateway.reader())).status())
                        .isEqualTo(200);
                assertRefused(asker.exchange(about("GET", "/app", null)), 401,
                        "credential_missing");
                assertThat(asker.exchange(GatewayFixture.request(
                        "GET", "/app/" + i, gateway.reader(), "")).text())
                        .isEqualTo("GET /app/" + i);
            }
            asker.send(about("GET", "/app", null) + about("GET", "/app", gateway.reader()));
            assertThat(asker.receive().status()).isEqualTo(401);
            assertThat(asker.receive().status()).isEqualTo(200);
        }
        assertThat(gateway.upstream().seen()).hasSize(20);
    }

    @Test
    void openRoute_is200WithNobodysName() throws Exception {
        HttpMessage answer = ask("POST", "/open/x", gateway.reader(), "X-Portcullis-Role: admin");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().stream().map(HttpMessage.Header::name))
                .containsExactly("Content-Length", "Cache-Control", "X-Request-Id");
    }

    @Test
    void callOfGrpc_isJudgedAsOneAndRefusedByStatus() throws Exception {
        String grpc = "Content-Type: application/grpc";
        assertThat(ask("POST", "/app.Items/GetOne", gateway.reader(), grpc).status())
                .isEqualTo(200);
        assertRefused(ask("POST", "/app.Items/GetOne", gateway.reader()), 403, "write_denied");
        assertRefused(ask("POST", "/app.Items/Put", gateway.reader(), grpc), 403, "write_denied");
        assertRefused(ask("POST", "/app.Items/GetOne", null, grpc), 401, "credential_missing");
        assertRefused(ask("POST", "", null, grpc), 400, "question_malformed");
        assertThat(ask("POST", "/app.Items/GetOne", gateway.writer(), grpc, "grpc-timeout: soon")
                .status()).isEqualTo(400);
        assertThat(gateway.exchange(START + fields(grpc) + "\r\n").status()).isEqualTo(400);
        assertThat(gateway.exchange(START + fields(grpc, "Bad Name: x") + "\r\n").status())
                .isEqualTo(400);
    }

    @Test
    void overHttp2_isAnsweredTheSameAndNeverWith200ForARefusal() throws Exception {
        String[] get = {"x-forwarded-method=GET", "x-forwarded-uri=/app"};
        String grpc = "content-type=application/grpc";
        try (H2Client asker = H2Client.connect(gateway.gateway().address())) {
            H2Response passed = asker.headers(1, true, H2Client.request(
                    "GET", "/.portcullis/auth", gateway.reader(), get)).response(1);
            assertThat(passed.status()).isEqualTo(200);
            assertThat(passed.header("x-portcullis-role")).isEqualTo("reader");
            String[][] refused = {
                {"401", get[0], get[1]},
                {"401", get[0], get[1], grpc},
                {"400", grpc},
                {"400", get[0], grpc},
                // not even a head that can be read
                {"400", get[0], get[1], grpc, "grpc-timeout=soon"},
                {"400", get[0], get[1], grpc, "content-length=1", "content-length=2"},
            };
            for (int i = 0; i < refused.length; i++) {
                String[] lines = Stream.of(refused[i]).skip(1).toArray(String[]::new);
                int stream = 3 + 2 * i;
                H2Response answer = asker.headers(stream, true, H2Client.request(
                        "GET", "/.portcullis/auth", null, lines)).response(stream);
                assertThat(answer.status()).as("%s", List.of(lines))
                        .isIn(-1, Integer.parseInt(refused[i][0]));
                assertThat(answer.header("grpc-status")).isNull();
            }
        }
    }

    @Test
    void overloaded_isNever200() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Answer slow = Answer.nothing().waitFor(go)
                .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        try (RawClient one = gateway.connect();
                RawClient two = gateway.connect();
                H2Client asker = H2Client.connect(gateway.gateway().address())) {
            for (RawClient busy : List.of(one, two)) {
                gateway.upstream().enqueue(slow);
                busy.send(GatewayFixture.request("GET", "/app", gateway.reader(), ""));
                gateway.upstream().takeRequest();
            }
            assertRefused(ask("GET", "/app", gateway.reader(), "Content-Type: application/grpc"),
                    503, "overloaded");
            H2Response answer = asker.headers(1, true, H2Client.request(
                    "POST", "/.portcullis/auth", gateway.reader(), "x-forwarded-method=GET",
                    "x-forwarded-uri=/app", "content-type=application/grpc")).response(1);
            assertThat(answer.status()).isEqualTo(503);
            go.countDown();
            assertThat(one.receive().status()).isEqualTo(200);
            assertThat(two.receive().status()).isEqualTo(200);
        }
    }

    @Test
    void otherSpellingsOfThePath_areNoQuestions() throws Exception {
        for (String path : List.of("/.portcullis/auth/", "/.portcullis/Auth", "/.portcullis",
                "//.portcullis/auth", "/.portcullis/%61uth")) {
            HttpMessage answer = gateway.exchange(about("GET", "/app", gateway.reader())
                    .replace("/.portcullis/auth", path));
            assertThat(answer.status()).as(path).isIn(400, 404);
        }
    }
}
