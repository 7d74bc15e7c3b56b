package dev.portcullis.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.gateway.lookup.Records;
import dev.portcullis.gateway.lookup.RecordsConfig;
import dev.portcullis.gateway.lookup.ScriptedOrigin;
import dev.portcullis.gateway.watch.Environment;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which of several replicas is asked, and when one is left for another; over real sockets. */
@Timeout(60)
class OriginChannelTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    /** One replica of the admin-service, as far as gateways see it. */
    private final class Replica implements ServerInterceptor {
        final ScriptedOrigin origin = new ScriptedOrigin();
        final List<String> credentials = new CopyOnWriteArrayList<>();
        private final Server server;

        Replica() throws IOException {
            origin.setRevision(10);
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0),
                            InsecureServerCredentials.create())
                    .permitKeepAliveTime(400, TimeUnit.MILLISECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .intercept(this)
                    .addService(origin).build().start();
            open.push(this::kill);
        }

        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            credentials.add(String.valueOf(headers.get(AUTHORIZATION)));
            return next.startCall(call, headers);
        }

        OriginAddress address() {
            return new OriginAddress("127.0.0.1", server.getPort());
        }

        void kill() throws InterruptedException {
            server.shutdownNow();
            assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private OriginChannel channel(AtomicLong nanoTime, OriginAddress... addresses) {
        OriginChannel channel = new OriginChannel(
                List.of(addresses), InsecureChannelCredentials.create(), () -> "secret", 0,
                nanoTime == null ? System::nanoTime : nanoTime::get);
        open.push(channel);
        return channel;
    }

    /** A stream of changes without a gateway behind it. */
    private static final class Follower implements StreamObserver<WatchResponse> {
        final CompletableFuture<Status> ended = new CompletableFuture<>();

        Follower(OriginChannel channel) {
            OriginServiceGrpc.newStub(channel).watch(this).onNext(
                    WatchRequest.getDefaultInstance());
        }

        @Override
        public void onNext(WatchResponse message) {}

        @Override
        public void onError(Throwable error) {
            ended.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            ended.complete(Status.OK);
        }
    }

    private static ScriptedOrigin.Stream streamOf(Replica replica) {
        await().atMost(SOON).until(() -> !replica.origin.streams.isEmpty());
        return replica.origin.stream();
    }

    @Test
    void replicaThatGivesNoLease_isLeftAfterThreeSeconds() throws Exception {
        Replica one = new Replica();
        Replica other = new Replica();
        one.origin.leaseMillis = 0;
        // about to wrap round, as a monotonic clock may
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
        OriginChannel channel = channel(nanos, one.address(), other.address());
        Follower follower = new Follower(channel);
        ScriptedOrigin.Stream stream = streamOf(one);
        stream.grant(1, 0);
        // the answer to a question behind it says that it has come
        resolve(channel);
        nanos.addAndGet(Duration.ofMillis(2_900).toNanos());
        stream.grant(2, 0);
        resolve(channel);
        assertThat(channel.address()).isEqualTo(one.address());
        nanos.addAndGet(Duration.ofMillis(200).toNanos());
        stream.grant(3, 0);
        assertThat(follower.ended.get(10, TimeUnit.SECONDS).getDescription())
                .isEqualTo("the origin gives no lease");
        assertThat(channel.address()).isEqualTo(other.address());
        assertThat(channel.moves()).isEqualTo(1);
        resolve(channel);
        assertThat(other.origin.resolves).hasValue(1);
    }

    @Test
    void leaseInBetween_beginsTheWaitAnew() throws Exception {
        Replica one = new Replica();
        AtomicLong nanos = new AtomicLong();
        OriginChannel channel = channel(nanos, one.address(), new Replica().address());
        one.origin.leaseMillis = 0;
        Follower follower = new Follower(channel);
        ScriptedOrigin.Stream stream = streamOf(one);
        for (int i = 1; i < 20; i += 2) {
            stream.grant(i, 0);
            resolve(channel);
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            stream.grant(i + 1, 30_000);
            resolve(channel);
        }
        assertThat(follower.ended).isNotDone();
        assertThat(channel.moves()).isZero();
    }

    @Test
    void onlyReplicaThatGivesNoLease_isNotLeft() throws Exception {
        Replica one = new Replica();
        one.origin.leaseMillis = 0;
        AtomicLong nanos = new AtomicLong();
        OriginChannel channel = channel(nanos, one.address());
        Follower follower = new Follower(channel);
        ScriptedOrigin.Stream stream = streamOf(one);
        for (int i = 1; i < 5; i++) {
            stream.grant(i, 0);
            resolve(channel);
            nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        }
        assertThat(follower.ended).isNotDone();
    }

    private static void resolve(OriginChannel channel) {
        assertThat(OriginServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .resolve(ResolveRequest.newBuilder().setCredentialPrefix("abcdefghijkl").build())
                .getAsOf()).isEqualTo(10);
    }

    @Test
    void everyCall_carriesTheCredential() throws Exception {
        Replica one = new Replica();
        OriginChannel channel = channel(null, one.address());
        new Follower(channel);
        streamOf(one);
        resolve(channel);
        assertThat(one.credentials).containsExactly("Bearer secret", "Bearer secret");
    }

    /** A gateway's records on a channel, with real time. */
    private Records records(OriginChannel channel) {
        ExecutorService loop = Executors.newSingleThreadExecutor();
        ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
        open.push(loop::shutdownNow);
        open.push(control::shutdownNow);
        Records records = Records.create(RecordsConfig.defaults(), channel, List.of(loop),
                new Environment(Clock.systemUTC(), System::nanoTime, new Random(1), control),
                (thread, changed) -> {});
        open.push(records::close);
        records.start();
        await().atMost(SOON).until(records::ready);
        return records;
    }

    @Test
    void replicaIsKilled_nextOneIsFollowedWithinTwoSecondsAndTheLeaseRunsOn() throws Exception {
        Replica one = new Replica();
        Replica other = new Replica();
        OriginChannel channel = channel(null, one.address(), other.address());
        Records records = records(channel);
        assertThat(other.origin.streams).isEmpty();
        long killed = System.nanoTime();
        one.kill();
        await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> {
            assertThat(records.ready()).isTrue();
            return !other.origin.streams.isEmpty() && !other.origin.stream().acks().isEmpty();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(2));
        assertThat(channel.address()).isEqualTo(other.address());
    }

    @Test
    void replicaThatFallsSilent_isLeftAfterThreeToFiveSeconds() throws Exception {
        Replica one = new Replica();
        Replica other = new Replica();
        Pipe pipe = new Pipe(one.address());
        OriginChannel channel = channel(null, pipe.address(), other.address());
        Records records = records(channel);
        pipe.silent = true;
        long silent = System.nanoTime();
        await().atMost(SOON).pollInterval(Duration.ofMillis(20)).until(() -> {
            assertThat(records.ready()).isTrue();
            return !other.origin.streams.isEmpty() && !other.origin.stream().acks().isEmpty();
        });
        // five, and what a busy machine takes to connect
        assertThat(Duration.ofNanos(System.nanoTime() - silent)).isLessThan(Duration.ofSeconds(7));
    }

    /** Brings octets from the one to the other, until it keeps them for itself. */
    private final class Pipe {
        private final ServerSocket listener;
        private final OriginAddress behind;
        volatile boolean silent;

        Pipe(OriginAddress behind) throws IOException {
            this.behind = behind;
            listener = new ServerSocket(0);
            open.push(listener);
            run(() -> {
                while (true) {
                    Socket front = listener.accept();
                    Socket back = new Socket(behind.host(), behind.port());
                    open.push(front);
                    open.push(back);
                    run(() -> carry(front, back));
                    run(() -> carry(back, front));
                }
            });
        }

        OriginAddress address() {
            return new OriginAddress("127.0.0.1", listener.getLocalPort());
        }

        private void carry(Socket from, Socket to) throws IOException {
            byte[] octets = new byte[8_192];
            for (int n = from.getInputStream().read(octets); n >= 0;
                    n = from.getInputStream().read(octets)) {
                if (!silent) {
                    to.getOutputStream().write(octets, 0, n);
                }
            }
        }

        private void run(Carrying task) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (IOException e) {
                    // the test is over, or one end has hung up
                    return;
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** May end because a socket does. */
    private interface Carrying {
        void run() throws IOException;
    }
}
