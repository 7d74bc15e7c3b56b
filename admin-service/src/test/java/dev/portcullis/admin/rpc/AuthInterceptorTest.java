package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.rpc.ErrorInfo;
import dev.portcullis.admin.edge.Callers;
import dev.portcullis.admin.edge.RequestIds;
import dev.portcullis.proto.admin.v1.ListUsersRequest;
import dev.portcullis.proto.admin.v1.ListUsersResponse;
import dev.portcullis.proto.admin.v1.UserServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How calls get to a thread, and what happens to those that do not. */
class AuthInterceptorTest {
    private final AtomicInteger reached = new AtomicInteger();
    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private Server server;
    private ManagedChannel channel;

    private UserServiceGrpc.UserServiceBlockingStub users(Executor executor) throws Exception {
        // without an authenticator: whoever gets as far as being looked up fails
        AuthInterceptor interceptor = new AuthInterceptor(
                new Gate(new Callers(null), new RequestIds(new Random(1)), executor, 1));
        server = InProcessServerBuilder.forName("interceptor").directExecutor()
                .intercept(interceptor)
                .addService(new UserServiceGrpc.UserServiceImplBase() {
                    @Override
                    public void listUsers(
                            ListUsersRequest request, StreamObserver<ListUsersResponse> reply) {
                        reached.incrementAndGet();
                        reply.onNext(ListUsersResponse.getDefaultInstance());
                        reply.onCompleted();
                    }
                })
                .build().start();
        channel = InProcessChannelBuilder.forName("interceptor").directExecutor().build();
        return UserServiceGrpc.newBlockingStub(channel);
    }

    @BeforeEach
    void listen() {
        logged.start();
        log().addAppender(logged);
    }

    private static Logger log() {
        return (Logger) LoggerFactory.getLogger(RpcErrors.class);
    }

    @AfterEach
    void stop() throws Exception {
        log().detachAppender(logged);
        channel.shutdownNow();
        server.shutdownNow();
        server.awaitTermination(5, TimeUnit.SECONDS);
        assertThat(reached).hasValue(0);
    }

    @Test
    void callWithoutRoom_isToldSoAtOnce() throws Exception {
        StatusRuntimeException e = failureOf(users(task -> {
            throw new RejectedExecutionException();
        }));
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(StatusProto.fromThrowable(e).getDetails(0).unpack(ErrorInfo.class).getReason())
                .isEqualTo("OVERLOADED");
    }

    @Test
    void callGivenUpBeforeItsTurn_isNotRun() throws Exception {
        Future<ListUsersResponse> call = UserServiceGrpc
                .newFutureStub(users(waiting::add).getChannel())
                .listUsers(ListUsersRequest.getDefaultInstance());
        assertThat(waiting).hasSize(1);
        call.cancel(true);
        // had it been run, it would have failed with INTERNAL and logged it
        waiting.get(0).run();
        assertThat(logged.list).isEmpty();
    }

    @Test
    void defectWhileLookingUp_isInternalAndTellsNothing() throws Exception {
        StatusRuntimeException e = failureOf(users(Runnable::run));
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(e.getStatus().getDescription()).isEqualTo("internal error");
        assertThat(logged.list).hasSize(1);
    }

    private static StatusRuntimeException failureOf(
            UserServiceGrpc.UserServiceBlockingStub users) {
        return catchThrowableOfType(StatusRuntimeException.class,
                () -> users.listUsers(ListUsersRequest.getDefaultInstance()));
    }
}
