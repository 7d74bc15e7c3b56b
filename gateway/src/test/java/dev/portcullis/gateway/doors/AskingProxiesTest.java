package dev.portcullis.gateway.doors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.core.access.Cidr;
import dev.portcullis.gateway.protect.ProtectionConfig;
import dev.portcullis.gateway.testkit.FakeOrigin;
import dev.portcullis.gateway.testkit.FakeUpstream;
import dev.portcullis.gateway.testkit.GatewayFixture;
import dev.portcullis.gateway.testkit.HttpMessage;
import dev.portcullis.gateway.testkit.RawClient;
import dev.portcullis.gateway.testkit.RouteBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Proxies that ask, with the configurations of docs/doors.md: nginx and Caddy where they are
 * installed, and always what plays their parts.
 */
@Timeout(120)
class AskingProxiesTest {
    private static final String CLIENT = "127.0.0.5";
    private static final String[] FORGED = {
        "X-Portcullis-User-Id: usr_forged", "x-portcullis-user: forged",
        "X-PORTCULLIS-KIND: forged", "X-Portcullis-Groups: forged", "X-Portcullis-Role: forged",
        "X-Portcullis-Role: forged", "X-Portcullis-Token-Id: forged", "X_Portcullis_Role: forged"
    };

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @TempDir
    private Path directory;

    private FakeUpstream application;

    AskingProxiesTest() {
        gateway.settings().application("default", "", "/")
                .application(RouteBuilder.route("open").path("/open").open().build())
                .doors(new DoorsConfig(true, null)).protection(new ProtectionConfig(
                List.of(Cidr.parse("127.0.0.1/32")), List.of(), 0, 0, Duration.ofMinutes(1), 0));
    }

    /** How to start one. */
    interface Asker {
        AskingProxy start(GatewayFixture gateway, FakeUpstream application, Path directory)
                throws IOException;
    }

    /** An asker and what it is called. */
    record Named(String name, Asker asker) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Named> askers() {
        List<Named> askers = new ArrayList<>();
        for (StandInProxy.Part part : StandInProxy.Part.values()) {
            askers.add(new Named("in the part of " + part, (gateway, application, directory) ->
                    StandInProxy.start(
                            part, gateway.gateway().address(), application.address())));
        }
        if (RealProxy.nginx() != null) {
            askers.add(new Named("nginx", (gateway, application, directory) ->
                    RealProxy.startNginx(
                            gateway.gateway().address(), application.address(), directory)));
        }
        if (RealProxy.caddy() != null) {
            askers.add(new Named("Caddy", (gateway, application, directory) ->
                    RealProxy.startCaddy(
                            gateway.gateway().address(), application.address(), directory)));
        }
        return askers;
    }

    @BeforeEach
    void startApplication() throws IOException {
        application = FakeUpstream.start();
    }

    @AfterEach
    void stopApplication() throws IOException {
        application.close();
    }

    private AskingProxy start(Named asker) throws IOException {
        return asker.asker().start(gateway, application, directory);
    }

    private static HttpMessage send(AskingProxy proxy, String from, String request)
            throws IOException {
        try (RawClient client = RawClient.over(new Socket(proxy.address().getAddress(),
                proxy.address().getPort(), InetAddress.getByName(from), 0))) {
            return client.exchange(request);
        }
    }

    private static HttpMessage send(
            AskingProxy proxy, String method, String path, String token, String... fields)
            throws IOException {
        String plain = GatewayFixture.request(method, path, token, "");
        String more = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return send(proxy, CLIENT, plain.substring(0, plain.length() - 2) + more + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("askers")
    void permitted_reachesTheApplicationWithWhoCallsAndNoCredential(Named asker)
            throws Exception {
        gateway.origin().setGroups("user-writer", "ops");
        try (AskingProxy proxy = start(asker)) {
            HttpMessage answer = send(proxy, CLIENT,
                    GatewayFixture.request("POST", "/x?y=z", gateway.writer(), "some body"));

            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("some body");
            HttpMessage seen = application.takeRequest();
            assertThat(seen.method() + " " + seen.target()).isEqualTo("POST /x?y=z");
            assertThat(seen.rawText()).doesNotContain(gateway.writer().split("_")[2]);
            assertThat(seen.header("Host")).isEqualTo("app.example");
            assertThat(seen.header("X-Portcullis-User-Id")).isEqualTo("user-writer");
            assertThat(seen.header("X-Portcullis-User")).isEqualTo("writer");
            assertThat(seen.header("X-Portcullis-Kind")).isEqualTo("service");
            assertThat(seen.header("X-Portcullis-Groups")).isEqualTo("ops");
            assertThat(seen.header("X-Portcullis-Role")).isEqualTo("writer");
            assertThat(seen.header("X-Portcullis-Token-Id"))
                    .isEqualTo(FakeOrigin.prefixOf(gateway.writer()));
            assertThat(seen.header("X-Request-Id")).isNotEmpty();
            assertThat(gateway.upstream().seen()).as("the gateway forwards nothing").isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("askers")
    void forgedIdentity_neverReachesTheApplication(Named asker) throws Exception {
        try (AskingProxy proxy = start(asker)) {
            HttpMessage answer = send(proxy, "GET", "/", gateway.reader(), FORGED);
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            HttpMessage seen = application.takeRequest();
            assertThat(seen.rawText().toLowerCase(Locale.ROOT)).doesNotContain("forged");
            assertThat(seen.header("X-Portcullis-Role")).isEqualTo("reader");
            // a user in no group
            assertThat(seen.headerValues("X-Portcullis-Groups")).isEmpty();

            // where nobody needs a credential, nobody has a name
            assertThat(send(proxy, "POST", "/open", gateway.reader(), FORGED).status())
                    .isEqualTo(200);
            HttpMessage open = application.takeRequest();
            assertThat(open.rawText().toLowerCase(Locale.ROOT))
                    .doesNotContain("forged", "portcullis-", gateway.reader().split("_")[2]);
        }
    }

    @ParameterizedTest
    @MethodSource("askers")
    void refused_isToldByStatusAndChallengeAndTheApplicationSeesNothing(Named asker)
            throws Exception {
        try (AskingProxy proxy = start(asker)) {
            HttpMessage missing = send(proxy, "GET", "/", null);
            assertThat(missing.status()).isEqualTo(401);
            assertThat(missing.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"portcullis\"");
            HttpMessage wrong = send(proxy, "GET", "/", gateway.origin().unknownToken());
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.header("WWW-Authenticate")).contains("invalid_token");
            assertThat(send(proxy, "POST", "/", gateway.reader()).status()).isEqualTo(403);
            assertThat(send(proxy, "DELETE", "/", gateway.reader()).status()).isEqualTo(403);
            assertThat(send(proxy, "POST", "/", null, "Content-Type: application/grpc").status())
                    .isEqualTo(401);
            assertThat(send(proxy, "GET", "/a%00b", gateway.reader()).status()).isIn(400, 500);
            String revoked = gateway.origin().addToken("user-reader");
            assertThat(send(proxy, "GET", "/", revoked).status()).isEqualTo(200);
            gateway.origin().awaitAcked(gateway.origin().revoke(revoked));
            assertThat(send(proxy, "GET", "/", revoked).status()).isEqualTo(401);
            String unused = gateway.origin().addToken("user-reader");
            gateway.origin().setDown(true);
            assertThat(send(proxy, "GET", "/", unused).status()).isIn(500, 503);
            assertThat(application.seen()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("askers")
    void whatTheClientClaims_doesNotMatter(Named asker) throws Exception {
        String scoped = gateway.origin().addToken("user-reader");
        try (AskingProxy proxy = start(asker)) {
            for (String claim : List.of("X-Forwarded-Method: GET", "X-Original-Method: GET",
                    "X-HTTP-Method-Override: GET", "X-Forwarded-Uri: /open",
                    "X-Original-URI: /", "X-Original-URL: http://app.example/",
                    "X-Forwarded-Host: app.example", "X_Forwarded_Method: GET")) {
                assertThat(send(proxy, "POST", "/", scoped, claim).status())
                        .as(claim).isEqualTo(403);
            }
            assertThat(send(proxy, "GET", "/_portcullis", null).status()).isIn(401, 404);
            assertThat(send(proxy, "GET", "/.portcullis/auth", null, "X-Forwarded-Method: GET",
                    "X-Forwarded-Uri: /").status()).isEqualTo(401);
            assertThat(application.seen()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("askers")
    void tokenForANetwork_isJudgedByTheClientsAddress(Named asker) throws Exception {
        String token = gateway.origin().addToken("user-reader");
        gateway.origin().restrict(token, only -> only.addCidrs(CLIENT + "/32"));
        String request = GatewayFixture.request("GET", "/", token, "");
        String forged = request.replace("\r\n\r\n", "\r\nX-Forwarded-For: " + CLIENT + "\r\n\r\n");
        try (AskingProxy proxy = start(asker)) {
            assertThat(send(proxy, CLIENT, request).status()).isEqualTo(200);
            assertThat(send(proxy, "127.0.0.6", request).status()).isEqualTo(403);
            assertThat(send(proxy, "127.0.0.6", forged).status()).isEqualTo(403);
        }
    }
}
