package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Timestamp;
import com.sun.net.httpserver.HttpServer;
import dev.portcullis.cli.CommandLineRun;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserResponse;
import dev.portcullis.proto.admin.v1.DeleteUserRequest;
import dev.portcullis.proto.admin.v1.DeleteUserResponse;
import dev.portcullis.proto.admin.v1.IssueTokenRequest;
import dev.portcullis.proto.admin.v1.IssueTokenResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.RevokeTokenRequest;
import dev.portcullis.proto.admin.v1.RevokeTokenResponse;
import dev.portcullis.proto.admin.v1.Token;
import dev.portcullis.proto.admin.v1.TokenServiceGrpc;
import dev.portcullis.proto.admin.v1.User;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code portcullis bench revoke} at an admin-service whose every revocation is answered as
 * pending.
 */
class BenchRevokePendingTest {
    private final AtomicInteger issued = new AtomicInteger();
    private final AtomicInteger users = new AtomicInteger();
    private final Set<String> live = ConcurrentHashMap.newKeySet();
    private Server admin;
    private HttpServer gateway;
    private volatile Duration late;
    private volatile boolean careless;
    private volatile Instant lastInstant = Instant.EPOCH;
    private volatile Instant lastAsked = Instant.EPOCH;

    @BeforeEach
    void start() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        admin = NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
                .addService(new Users())
                .addService(new Tokens())
                .build()
                .start();
        gateway = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        gateway.createContext("/", exchange -> {
            String header = exchange.getRequestHeaders().getFirst("Authorization");
            lastAsked = Instant.now();
            boolean accepted = careless || live.contains(header.substring("Bearer ".length()));
            exchange.sendResponseHeaders(accepted ? 200 : 401, -1);
            exchange.close();
        });
        gateway.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        gateway.stop(0);
        admin.shutdownNow().awaitTermination();
    }

    private CommandLineRun bench(String... more) {
        List<String> all = new ArrayList<>(List.of("bench", "revoke", "--tokens", "100"));
        all.addAll(List.of(more));
        return CommandLineRun.of(
                Map.of("PORTCULLIS_ADMIN", "127.0.0.1:" + admin.getPort(),
                        "PORTCULLIS_TOKEN", "an-administrator"),
                all.toArray(String[]::new));
    }

    private String url() {
        return "http://127.0.0.1:" + gateway.getAddress().getPort() + "/";
    }

    @Test
    void whatIsNotConfirmedInTime_isCountedAndNamed_andSoManyOfThemAreTheEnd() {
        late = Duration.ofMillis(300);

        CommandLineRun run = bench("--gateway", url());

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        assertThat(run.stdout())
                .containsPattern("\npropagated +0 ")
                .containsPattern("\nmedian, times the commit +-\n")
                .containsPattern("\npending +5, not confirmed by gw-7, gw-8\n")
                // each is shown again when its instant has passed
                .containsPattern("\nrefused right after +5\n")
                .containsPattern("\nviolations +0\n");
        assertThat(run.stderr()).contains("ended early: 5 revocations were not confirmed in time");
        assertThat(lastAsked).isAfter(lastInstant);
        assertThat(users).hasValue(0);
    }

    @Test
    void tokenThatIsAcceptedAfterItsInstant_isAViolationAndExitCodeOne() {
        late = Duration.ofMillis(300);
        careless = true;

        CommandLineRun run = bench("--gateway", url());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stdout()).containsPattern("\nviolations +5\n");
        assertThat(run.stderr())
                .contains("accepted after its revocation was in force everywhere")
                .containsPattern("http://127.0.0.1:\\d+/: token bench\\d+, status 200")
                .doesNotContain("secret");
        assertThat(users).hasValue(0);
    }

    @Test
    void instantThatIsFarAway_isNotWaitedFor() {
        late = Duration.ofHours(2);
        careless = true;

        CommandLineRun run = bench("--gateway", url(), "-o", "json");

        assertThat(run.exitCode()).as(run.stderr()).isZero();
        JsonObject figures = JsonParser.parseString(run.stdout()).getAsJsonObject();
        assertThat(figures.get("pending").getAsInt()).isEqualTo(5);
        assertThat(figures.getAsJsonArray("unconfirmed_gateways")).hasSize(2);
        assertThat(figures.get("refused").getAsInt()).isZero();
        assertThat(figures.get("violations").getAsInt()).isZero();
        assertThat(users).hasValue(0);
    }

    private static <T> void answer(StreamObserver<T> to, T answer) {
        to.onNext(answer);
        to.onCompleted();
    }

    private final class Users extends UserServiceGrpc.UserServiceImplBase {
        @Override
        public void createUser(CreateUserRequest request, StreamObserver<CreateUserResponse> to) {
            users.incrementAndGet();
            answer(to, CreateUserResponse.newBuilder()
                    .setUser(User.newBuilder().setId("u1").setName(request.getName())).build());
        }

        @Override
        public void deleteUser(DeleteUserRequest request, StreamObserver<DeleteUserResponse> to) {
            assertThat(request.getUser()).isEqualTo("u1");
            users.decrementAndGet();
            answer(to, DeleteUserResponse.getDefaultInstance());
        }
    }

    private final class Tokens extends TokenServiceGrpc.TokenServiceImplBase {
        @Override
        public void issueToken(IssueTokenRequest request, StreamObserver<IssueTokenResponse> to) {
            String id = "bench" + issued.incrementAndGet();
            live.add("secret-" + id);
            answer(to, IssueTokenResponse.newBuilder()
                    .setPlainToken("secret-" + id)
                    .setToken(Token.newBuilder().setId(id)).build());
        }

        @Override
        public void revokeToken(
                RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> to) {
            live.remove("secret-" + request.getId());
            lastInstant = Instant.now().plus(late);
            answer(to, RevokeTokenResponse.newBuilder()
                    .setPropagation(Propagation.newBuilder()
                            .setState(Propagation.State.PENDING)
                            .addUnconfirmedGateways("gw-7")
                            .addUnconfirmedGateways("gw-8")
                            .setEffectiveEverywhereBy(Timestamp.newBuilder()
                                    .setSeconds(lastInstant.getEpochSecond())
                                    .setNanos(lastInstant.getNano())))
                    .build());
        }
    }
}
