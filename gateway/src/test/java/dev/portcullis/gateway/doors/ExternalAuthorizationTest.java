package dev.portcullis.gateway.doors;

import static dev.portcullis.gateway.testkit.RouteBuilder.route;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.rpc.Code;
import dev.portcullis.gateway.testkit.Certificates;
import dev.portcullis.gateway.testkit.FakeOrigin;
import dev.portcullis.gateway.testkit.GatewayFixture;
import io.envoyproxy.envoy.service.auth.v3.Address;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.Peer;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.HeaderMap;
import io.envoyproxy.envoy.service.auth.v3.HeaderValue;
import io.envoyproxy.envoy.service.auth.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.SocketAddress;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A client of gRPC asks as Envoy does. */
@Timeout(60)
class ExternalAuthorizationTest {
    private static final int CHECKS = 1000;

    @RegisterExtension
    final GatewayFixture gateway = GatewayFixture.create();

    @TempDir
    private Path directory;

    private ManagedChannel channel;

    ExternalAuthorizationTest() {
        gateway.settings()
                .doors(new DoorsConfig(
                        true, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .application(route("default").path("/app").build())
                .application(route("open").path("/open").open().build())
                .application(route("calls").path("/app.Items").reads(null, "/app.Items/Get*")
                        .build());
    }

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress(gateway.gateway().externalAuthorization())
                .usePlaintext().build();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private static HttpRequest.Builder http(String method, String path, String token) {
        HttpRequest.Builder http = HttpRequest.newBuilder().setMethod(method).setPath(path)
                .setHost("app.example").setScheme("https").setProtocol("HTTP/2")
                .putHeaders(":method", method).putHeaders(":path", path)
                .putHeaders(":authority", "app.example").putHeaders("x-request-id", "envoy's");
        return token == null ? http : http.putHeaders("authorization", "Bearer " + token);
    }

    private static CheckRequest question(HttpRequest.Builder http, Peer.Builder source) {
        return CheckRequest.newBuilder().setAttributes(AttributeContext.newBuilder()
                .setSource(source)
                .setRequest(AttributeContext.Request.newBuilder().setHttp(http))).build();
    }

    private static Peer.Builder from(String address) {
        return Peer.newBuilder().setAddress(Address.newBuilder().setSocketAddress(
                SocketAddress.newBuilder().setAddress(address).setPortValue(4711)));
    }

    private CheckResponse check(HttpRequest.Builder http, Peer.Builder source) {
        return AuthorizationGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(question(http, source));
    }

    private CheckResponse check(String method, String path, String token) {
        return check(http(method, path, token), from("192.0.2.7"));
    }

    private static Map<String, String> headers(List<HeaderValueOption> options) {
        assertThat(options).allMatch(option ->
                option.getAppendAction() == HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
        return options.stream().collect(Collectors.toMap(
                option -> option.getHeader().getKey(), option -> option.getHeader().getValue(),
                (one, other) -> one + " and " + other, TreeMap::new));
    }

    private static DeniedHttpResponse assertDenied(
            CheckResponse answer, int status, Code code, String reason) {
        assertThat(answer.hasOkResponse()).as("%s", answer).isFalse();
        assertThat(answer.getStatus().getCode()).isEqualTo(code.getNumber());
        DeniedHttpResponse denied = answer.getDeniedResponse();
        assertThat(denied.getStatus().getCode()).isEqualTo(status);
        assertThat(denied.getBody()).contains("\"code\":\"" + reason + "\"");
        assertThat(headers(denied.getHeadersList()))
                .containsEntry("content-type", "application/problem+json")
                .doesNotContainKeys("content-length", "x-portcullis-user");
        return denied;
    }

    @Test
    void permitted_setsWhoCallsAndRemovesTheRest() throws Exception {
        gateway.origin().setGroups("user-reader", "ops");

        CheckResponse answer = check("GET", "/app/x?token=y", gateway.reader());

        assertThat(answer.getStatus().getCode()).isZero();
        OkHttpResponse ok = answer.getOkResponse();
        Map<String, String> set = headers(ok.getHeadersList());
        assertThat(set).containsOnlyKeys("x-portcullis-user-id", "x-portcullis-user",
                "x-portcullis-kind", "x-portcullis-groups", "x-portcullis-role",
                "x-portcullis-token-id", "x-request-id")
                .containsEntry("x-portcullis-user", "reader")
                .containsEntry("x-portcullis-role", "reader")
                .containsEntry("x-portcullis-groups", "ops")
                .containsEntry("x-portcullis-token-id", FakeOrigin.prefixOf(gateway.reader()));
        assertThat(ok.getHeadersToRemoveList()).containsExactly("authorization", "x-api-key");
        assertThat(gateway.upstream().seen()).isEmpty();
        assertThat(gateway.newLogLines()).singleElement().asString()
                .contains("\"client\":\"192.0.2.7\"", "\"path\":\"/app/x\"", "\"status\":200");
    }

    @Test
    void userInNoGroups_hasAForgedGroupsHeaderRemoved() {
        OkHttpResponse ok = check(http("GET", "/app", gateway.reader())
                .putHeaders("x-portcullis-groups", "admins"), from("192.0.2.7")).getOkResponse();
        assertThat(ok.getHeadersToRemoveList()).contains("x-portcullis-groups");
        assertThat(headers(ok.getHeadersList())).doesNotContainKey("x-portcullis-groups");
    }

    @Test
    void openRoute_removesEveryNameThatSaysWhoCalls() {
        OkHttpResponse ok = check(http("DELETE", "/open", null)
                .putHeaders("x-portcullis-role", "admin"), from("192.0.2.7")).getOkResponse();
        assertThat(headers(ok.getHeadersList())).containsOnlyKeys("x-request-id");
        assertThat(ok.getHeadersToRemoveList()).contains("authorization", "x-api-key",
                "x-portcullis-user-id", "x-portcullis-user", "x-portcullis-kind",
                "x-portcullis-groups", "x-portcullis-role", "x-portcullis-token-id");
    }

    @Test
    void refused_isWhatTheClientIsToBeTold() {
        DeniedHttpResponse missing = assertDenied(check("GET", "/app", null), 401,
                Code.UNAUTHENTICATED, "credential_missing");
        assertThat(headers(missing.getHeadersList()))
                .containsEntry("www-authenticate", "Bearer realm=\"portcullis\"");
        assertDenied(check("POST", "/app", gateway.reader()), 403, Code.PERMISSION_DENIED,
                "write_denied");
        assertThat(check("POST", "/app", gateway.writer()).hasOkResponse()).isTrue();
        assertDenied(check("GET", "/no", gateway.reader()), 404, Code.NOT_FOUND, "route_unknown");
        assertDenied(check(http("GET", "/app", gateway.reader()).putHeaders("x-api-key", "x"),
                from("192.0.2.7")), 400, Code.PERMISSION_DENIED, "credential_ambiguous");
        String unused = gateway.origin().addToken("user-reader");
        gateway.origin().setDown(true);
        DeniedHttpResponse away = assertDenied(check("GET", "/app", unused), 503,
                Code.UNAVAILABLE, "verification_unavailable");
        assertThat(headers(away.getHeadersList())).containsKey("retry-after");
    }

    @Test
    void pathOfTheOtherDoor_isJudgedAsAnyOther() {
        HttpRequest.Builder claiming = http("POST", "/.portcullis/auth", null)
                .putHeaders("x-forwarded-method", "GET")
                .putHeaders("x-forwarded-uri", "/open/things");
        assertDenied(check(claiming, from("192.0.2.7")), 404, Code.NOT_FOUND, "route_unknown");
    }

    @Test
    void callOfGrpc_isJudgedAsOneAndRefusedByHttpStatus() {
        HttpRequest.Builder read = http("POST", "/app.Items/GetOne", gateway.reader())
                .putHeaders("content-type", "application/grpc");
        assertThat(check(read, from("192.0.2.7")).hasOkResponse()).isTrue();
        assertDenied(check(read.setPath("/app.Items/Put"), from("192.0.2.7")), 403,
                Code.PERMISSION_DENIED, "write_denied");
    }

    @Test
    void tokenForANetwork_isGoodFromThereAndNowhereElse() {
        String token = gateway.origin().addToken("user-reader");
        gateway.origin().restrict(token,
                only -> only.addCidrs("192.0.2.0/24").addCidrs("2001:db8::/32"));
        for (String good : List.of("192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7")) {
            assertThat(check(http("GET", "/app", token), from(good)).hasOkResponse())
                    .as(good).isTrue();
        }
        for (String bad : List.of("198.51.100.7", "::1", "", "localhost", "192.0.2", "@socket")) {
            assertDenied(check(http("GET", "/app", token), from(bad)), 403,
                    Code.PERMISSION_DENIED, "source_denied");
        }
        assertDenied(check(http("GET", "/app", token), Peer.newBuilder()), 403,
                Code.PERMISSION_DENIED, "source_denied");
        // what the client says of itself is not believed
        assertDenied(check(http("GET", "/app", token).putHeaders("x-forwarded-for", "192.0.2.7"),
                from("198.51.100.7")), 403, Code.PERMISSION_DENIED, "source_denied");
    }

    @Test
    void tokenForACertificate_isGoodWithThatAlone() {
        Certificates certificates = new Certificates(directory);
        Certificates.Leaf mine = certificates.client("mine");
        String token = gateway.origin().addToken("user-reader");
        gateway.origin().restrict(token,
                only -> only.addCertificates(mine.fingerprint().toString()));
        String encoded = encoded(mine);

        assertThat(check(http("GET", "/app", token), from("192.0.2.7").setCertificate(encoded))
                .hasOkResponse()).isTrue();
        for (String wrong : List.of("", encoded(certificates.client("other")), "%", "%zz",
                encoded.substring(0, encoded.length() / 2), "no certificate")) {
            assertDenied(check(http("GET", "/app", token),
                    from("192.0.2.7").setCertificate(wrong)), 403, Code.PERMISSION_DENIED,
                    "source_denied");
        }
    }

    /** As Envoy encodes it. */
    private static String encoded(Certificates.Leaf leaf) {
        return leaf.bundle().getCertificatePEM().replace("\r", "").replace("\n", "%0A")
                .replace(" ", "%20").replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");
    }

    private static HeaderValue field(String name, String value) {
        return HeaderValue.newBuilder().setKey(name).setValue(value).build();
    }

    private CheckResponse checkFields(HeaderValue... fields) {
        return check(HttpRequest.newBuilder().setMethod("GET").setPath("/app")
                .setHost("app.example").setHeaderMap(
                        HeaderMap.newBuilder().addAllHeaders(List.of(fields))),
                from("192.0.2.7"));
    }

    @Test
    void fieldsOneByOne_areReadTheSame() {
        String bearer = "Bearer " + gateway.reader();
        HeaderValue raw = HeaderValue.newBuilder().setKey("authorization")
                .setRawValue(ByteString.copyFromUtf8(bearer)).build();
        assertThat(checkFields(field("authorization", bearer)).hasOkResponse()).isTrue();
        assertThat(checkFields(raw, field(":path", "/open"), field("x-a", "1"), field("x-a", "2"))
                .hasOkResponse()).isTrue();
        assertThat(checkFields(raw, field("authorization", bearer)).hasOkResponse())
                .as("a credential twice").isFalse();
        assertThat(checkFields(raw, field("Authorization", bearer)).hasOkResponse())
                .as("a credential twice, in two spellings").isFalse();
    }

    private void assertMalformed(HttpRequest.Builder http) {
        assertThatThrownBy(() -> check(http, from("192.0.2.7")))
                .isInstanceOf(StatusRuntimeException.class)
                .satisfies(e -> assertThat(Status.fromThrowable(e).getCode())
                        .isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void malformedQuestion_isAnErrorAndNoAnswer() {
        String token = gateway.writer();
        assertMalformed(HttpRequest.newBuilder());
        assertMalformed(http("", "/app", token));
        assertMalformed(http("GET", "", token));
        assertMalformed(http("GET", "app", token));
        assertMalformed(http("GET /open HTTP/1.1\r\nX:", "/app", token));
        assertMalformed(http("GET", "/app HTTP/1.1", token));
        assertMalformed(http("GET", "/app", token).setHost("a b"));
        assertMalformed(http("GET", "/app", token).setHost("").removeHeaders(":authority"));
        assertMalformed(http("GET", "/app", token).putHeaders("x", "a\r\nx-api-key: y"));
        assertMalformed(http("GET", "/app", token).putHeaders("x: y\r\nz", "a"));
        assertMalformed(http("GET", "/app", token).putHeaders("a b", "a"));
        HttpRequest.Builder many = http("GET", "/app", token);
        for (int i = 0; i < 200; i++) {
            many.putHeaders("x-" + i, "");
        }
        assertMalformed(many);
        assertThat(check("GET", "/app", gateway.reader()).hasOkResponse()).isTrue();
    }

    @Test
    void thousandAtOnce_areAllAnswered() throws Exception {
        AtomicInteger permitted = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(CHECKS);
        AuthorizationGrpc.AuthorizationStub stub = AuthorizationGrpc.newStub(channel);
        for (int i = 0; i < CHECKS; i++) {
            boolean good = i % 2 == 0;
            stub.check(question(
                    http("POST", "/app/" + i, good ? gateway.writer() : gateway.reader()),
                    from("192.0.2.7")), new StreamObserver<>() {
                        @Override
                        public void onNext(CheckResponse answer) {
                            boolean right = answer.hasOkResponse() == good;
                            (right && good ? permitted : right ? refused : new AtomicInteger())
                                    .incrementAndGet();
                        }

                        @Override
                        public void onError(Throwable error) {
                            all.countDown();
                        }

                        @Override
                        public void onCompleted() {
                            all.countDown();
                        }
                    });
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(permitted.get()).isEqualTo(CHECKS / 2);
        assertThat(refused.get()).isEqualTo(CHECKS / 2);
        assertThat(gateway.newLogLines()).hasSize(CHECKS);
    }

    @Test
    void drained_answersWhatWasAskedAndTakesNoMore() throws Exception {
        String unused = gateway.origin().addToken("user-reader");
        gateway.origin().setSilent(true);
        CountDownLatch answered = new CountDownLatch(1);
        AtomicInteger permitted = new AtomicInteger();
        AuthorizationGrpc.newStub(channel).check(
                question(http("GET", "/app", unused), from("192.0.2.7")),
                new StreamObserver<>() {
                    @Override
                    public void onNext(CheckResponse answer) {
                        permitted.set(answer.hasOkResponse() ? 1 : -1);
                    }

                    @Override
                    public void onError(Throwable error) {
                        answered.countDown();
                    }

                    @Override
                    public void onCompleted() {
                        answered.countDown();
                    }
                });
        await().until(
                () -> gateway.gateway().stats().exchanges().inProgress() == 1);
        gateway.gateway().drain();
        gateway.origin().setSilent(false);
        assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(permitted.get()).isNotZero();
        assertThatThrownBy(() -> check("GET", "/app", gateway.reader()))
                .satisfies(e -> assertThat(Status.fromThrowable(e).getCode())
                        .isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void namesAndNumbers_areThoseOfThePublishedApi() {
        assertThat(AuthorizationGrpc.getCheckMethod().getFullMethodName())
                .isEqualTo("envoy.service.auth.v3.Authorization/Check");
        assertThat(numbers(CheckRequest.getDescriptor())).isEqualTo("attributes=1");
        assertThat(numbers(AttributeContext.getDescriptor())).isEqualTo("source=1 request=4");
        assertThat(numbers(Peer.getDescriptor())).isEqualTo("address=1 certificate=5");
        assertThat(numbers(AttributeContext.Request.getDescriptor())).isEqualTo("http=2");
        assertThat(numbers(HttpRequest.getDescriptor())).isEqualTo("id=1 method=2 headers=3 "
                + "path=4 host=5 scheme=6 protocol=10 header_map=13");
        assertThat(numbers(SocketAddress.getDescriptor())).isEqualTo("address=2 port_value=3");
        assertThat(numbers(HeaderValue.getDescriptor())).isEqualTo("key=1 value=2 raw_value=3");
        assertThat(numbers(HeaderValueOption.getDescriptor()))
                .isEqualTo("header=1 append_action=3");
        assertThat(HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD.getNumber()).isEqualTo(2);
        assertThat(numbers(DeniedHttpResponse.getDescriptor()))
                .isEqualTo("status=1 headers=2 body=3");
        assertThat(numbers(OkHttpResponse.getDescriptor()))
                .isEqualTo("headers=2 headers_to_remove=5");
        assertThat(numbers(CheckResponse.getDescriptor()))
                .isEqualTo("status=1 denied_response=2 ok_response=3");
    }

    private static String numbers(Descriptor message) {
        return message.getFields().stream()
                .map(field -> field.getName() + "=" + field.getNumber())
                .collect(Collectors.joining(" "));
    }
}
