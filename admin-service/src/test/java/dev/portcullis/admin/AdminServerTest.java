package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.admin.rest.RawHttp;
import dev.portcullis.admin.store.StartException;
import dev.portcullis.proto.admin.v1.CreateUserRequest;
import dev.portcullis.proto.admin.v1.CreateUserResponse;
import dev.portcullis.proto.admin.v1.Propagation;
import dev.portcullis.proto.admin.v1.Role;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Start, stop, first start, and what is refused at start. */
class AdminServerTest {
    @TempDir
    Path directory;

    @Test
    void firstStart_writesTheTokenForItsOwnerOnlyAndTheNextKeepsIt() throws Exception {
        String token;
        try (TestAdmin first = TestAdmin.start(directory)) {
            Path file = first.server.bootstrapTokenFile();
            assertThat(first.server.bootstrapTokenWritten()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(first.server.isReady()).isTrue();
            token = first.adminToken;
        }
        try (TestAdmin second = TestAdmin.start(directory)) {
            assertThat(second.server.bootstrapTokenWritten()).isFalse();
            assertThat(second.adminToken).isEqualTo(token);
            assertThat(second.rest("GET", "/api/users", null).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void close_stopsListeningAndLeavesNoThread() throws Exception {
        InetSocketAddress rest;
        InetSocketAddress grpc;
        try (TestAdmin admin = TestAdmin.start(directory)) {
            admin.user("u", null);
            admin.rest("GET", "/api/users", null);
            rest = admin.restAddress();
            grpc = admin.server.grpcAddress();
            assertThat(adminThreads()).isNotEmpty();
        }
        assertThatThrownBy(() -> new RawHttp(rest).close()).isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> new RawHttp(grpc).close()).isInstanceOf(ConnectException.class);
        await().untilAsserted(() -> assertThat(adminThreads()).isEmpty());
    }

    private static Set<String> adminThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("admin-"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void listeners_areOnTheConfiguredAddressOnly() throws Exception {
        try (TestAdmin admin = TestAdmin.start(directory)) {
            for (InetSocketAddress address
                    : List.of(admin.restAddress(), admin.server.grpcAddress())) {
                assertThat(address.getAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
                // all of 127/8 is this machine, but only one address of it was asked for
                assertThatThrownBy(() -> new RawHttp(
                        new InetSocketAddress("127.0.0.2", address.getPort())).close())
                        .isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void portInUse_isToldWithAddressAndKey() throws Exception {
        InetSocketAddress free = new InetSocketAddress("127.0.0.1", 0);
        try (ServerSocket taken = new ServerSocket(0, 1, free.getAddress())) {
            InetSocketAddress used =
                    new InetSocketAddress(free.getAddress(), taken.getLocalPort());
            assertDoesNotStart(used, free, "admin-listen", used);
            assertDoesNotStart(free, used, "rest-listen", used);
        }
    }

    private void assertDoesNotStart(
            InetSocketAddress grpc, InetSocketAddress rest, String key, InetSocketAddress used)
            throws Exception {
        AdminConfig config = AdminConfig.in(directory).listening(grpc, rest);
        try (AdminServer server = AdminServer.create(config, surroundings())) {
            assertThatThrownBy(server::start)
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("127.0.0.1:" + used.getPort())
                    .hasMessageContaining(key)
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void addressThatOthersCanReach_isRefusedBeforeAnythingIsWritten() {
        InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 0);
        for (String host : List.of("0.0.0.0", "192.0.2.7", "::")) {
            InetSocketAddress open = new InetSocketAddress(host, 7070);
            for (AdminConfig config : List.of(
                    AdminConfig.in(directory).listening(open, loopback),
                    AdminConfig.in(directory).listening(loopback, open))) {
                assertThatThrownBy(() -> AdminServer.create(config, surroundings()))
                        .isInstanceOf(StartException.class)
                        .hasMessageContaining("TLS")
                        .hasMessageContaining("-listen");
            }
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void changeThatAGatewayDoesNotConfirm_isPendingWithTheInstantByWhichItIsInForce()
            throws Exception {
        try (TestAdmin admin = TestAdmin.start(directory, Duration.ofMillis(200));
                SilentGateway gateway = new SilentGateway(admin.server, "gw-1")) {
            CreateUserResponse made = admin.users(admin.adminToken).createUser(
                    CreateUserRequest.newBuilder().setName("u").build());
            Propagation propagation = made.getPropagation();
            assertThat(propagation.getState()).isEqualTo(Propagation.State.PENDING);
            assertThat(propagation.getUnconfirmedGatewaysList()).containsExactly(gateway.id());
            assertThat(propagation.getEffectiveEverywhereBy().getSeconds())
                    .isGreaterThan(admin.clock.instant().getEpochSecond());

            HttpResponse<String> put =
                    admin.rest("PUT", "/api/users/u", "{\"is_blocked\":true}");
            assertThat(put.statusCode()).isEqualTo(200);
            assertThat(put.headers().firstValue("portcullis-propagation")).contains("pending");
            assertThat(put.headers().firstValue("portcullis-unconfirmed-gateways"))
                    .contains(gateway.id());
            assertThat(Instant.parse(put.headers()
                    .firstValue("portcullis-effective-everywhere-by").orElseThrow()))
                    .isAfter(admin.clock.instant());
        }
    }

    @Test
    void waitForPropagation_endsWithinTheCallersDeadlineAndHoldsNoThread() throws Exception {
        try (TestAdmin admin = TestAdmin.start(directory, Duration.ofSeconds(5));
                SilentGateway gateway = new SilentGateway(admin.server, "gw-1")) {
            // far more waiting calls than there are workers
            List<Thread> waiting = IntStream.range(0, 20)
                    .mapToObj(i -> new Thread(() -> admin.users(admin.adminToken)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .createUser(CreateUserRequest.newBuilder()
                                    .setName("waiting " + i).build())))
                    .toList();
            waiting.forEach(Thread::start);
            long start = System.nanoTime();
            assertThat(admin.users(admin.adminToken)
                    .withDeadlineAfter(1_500, TimeUnit.MILLISECONDS)
                    .createUser(CreateUserRequest.newBuilder().setName("hurried").build())
                    .getPropagation().getState()).isEqualTo(Propagation.State.PENDING);
            assertThat(admin.rest("GET", "/api/users", null).statusCode()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(4));
            for (Thread each : waiting) {
                each.join();
            }
        }
    }

    @Test
    void callerThatPrefersNotToWait_isToldHowThingsStandAtTheCommit() throws Exception {
        try (TestAdmin admin = TestAdmin.start(directory, Duration.ofSeconds(30));
                SilentGateway gateway = new SilentGateway(admin.server, "gw-1")) {
            Metadata prefer = new Metadata();
            prefer.put(Metadata.Key.of("prefer", Metadata.ASCII_STRING_MARSHALLER), "wait=0");
            long start = System.nanoTime();
            Propagation propagation = admin.users(admin.adminToken)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(prefer))
                    .createUser(CreateUserRequest.newBuilder().setName("u").build())
                    .getPropagation();
            assertThat(propagation.getState()).isEqualTo(Propagation.State.PENDING);
            assertThat(propagation.getUnconfirmedGatewaysList()).containsExactly(gateway.id());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofMillis(4_500));
        }
    }

    @Test
    void secrets_areInNoLog() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger("dev.portcullis");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        root.addAppender(lines);
        root.setLevel(Level.ALL);
        try (TestAdmin admin = TestAdmin.start(directory)) {
            String token = admin.tokenOf("u", Role.ROLE_READER);
            String forged = TokenForge.withOtherSecret(token);
            for (String each : List.of(admin.adminToken, token, forged)) {
                admin.rest("GET", "/api/users", null, "Bearer " + each);
                admin.rest("POST", "/api/users", "{\"" + each + "\":", "Bearer " + each);
                admin.rest("GET", "/api/" + each, null, "Bearer " + each);
            }
            assertThat(lines.list).isNotEmpty();
            for (String each : List.of(admin.adminToken, token, forged)) {
                String secret = each.substring(each.lastIndexOf('_') + 1);
                assertThat(lines.list).noneMatch(line ->
                        (line.getFormattedMessage() + line.getThrowableProxy()).contains(secret));
            }
        } finally {
            root.setLevel(null);
            root.detachAppender(lines);
        }
    }

    private static AdminServer.Surroundings surroundings() {
        return new AdminServer.Surroundings(new TestClock(), System::nanoTime, new Random(1));
    }
}
