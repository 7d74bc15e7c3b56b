package dev.portcullis.admin.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.admin.model.Actor;
import dev.portcullis.core.access.Role;
import dev.portcullis.proto.admin.v1.AuditServiceGrpc;
import dev.portcullis.proto.admin.v1.VerifyAuditRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditResponse;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** On which threads the audit log is verified, and when it is not. */
class AuditRpcTest {
    private static final Actor ACTOR = new Actor("usr_1", "a", Role.AUDITOR, "local", "r");

    private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private AuditRpc audit;
    private Server server;
    private ManagedChannel channel;

    /** Without a log: whoever gets as far as reading it fails, and that is logged. */
    private AuditServiceGrpc.AuditServiceStub serve(Executor longCalls) throws Exception {
        audit = new AuditRpc(null, new Replies(null), longCalls);
        server = InProcessServerBuilder.forName("audit").directExecutor()
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, R> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, R> call,
                            Metadata headers,
                            ServerCallHandler<Q, R> next) {
                        Context context = CallContext.with(ACTOR, headers);
                        return Contexts.interceptCall(context, call, headers, next);
                    }
                })
                .addService(audit)
                .build().start();
        channel = InProcessChannelBuilder.forName("audit").directExecutor().build();
        return AuditServiceGrpc.newStub(channel);
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
    }

    private static CompletableFuture<Status.Code> verify(AuditServiceGrpc.AuditServiceStub stub) {
        CompletableFuture<Status.Code> code = new CompletableFuture<>();
        stub.verifyAudit(VerifyAuditRequest.getDefaultInstance(), new StreamObserver<>() {
            @Override
            public void onNext(VerifyAuditResponse response) {
                // how it ends is what counts
            }

            @Override
            public void onError(Throwable failure) {
                code.complete(Status.fromThrowable(failure).getCode());
            }

            @Override
            public void onCompleted() {
                code.complete(Status.Code.OK);
            }
        });
        return code;
    }

    @Test
    void verification_waitsForAThreadOfItsOwn() throws Exception {
        CompletableFuture<Status.Code> code = verify(serve(waiting::add));
        assertThat(waiting).hasSize(1);
        assertThat(code).isNotDone();
        waiting.get(0).run();
        assertThat(code).isCompletedWithValue(Status.Code.INTERNAL);
        assertThat(logged.list).hasSize(1);
    }

    @Test
    void verificationWithoutRoom_isToldSoAtOnce() throws Exception {
        AuditServiceGrpc.AuditServiceStub stub = serve(task -> {
            throw new RejectedExecutionException();
        });
        StatusRuntimeException e = catchThrowableOfType(StatusRuntimeException.class,
                () -> AuditServiceGrpc.newBlockingStub(stub.getChannel())
                        .verifyAudit(VerifyAuditRequest.getDefaultInstance()).hasNext());
        assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void verificationThatNobodyWaitsFor_isNotBegun() throws Exception {
        AuditServiceGrpc.AuditServiceStub stub = serve(waiting::add);
        CompletableFuture<Status.Code> code =
                verify(stub.withDeadlineAfter(20, TimeUnit.MILLISECONDS));
        await().until(code::isDone);
        await().untilAsserted(() -> assertThat(code)
                .isCompletedWithValue(Status.Code.DEADLINE_EXCEEDED));
        waiting.get(0).run();
        assertThat(logged.list).isEmpty();
    }

    @Test
    void verificationWhileTheServerCloses_isNotBegun() throws Exception {
        CompletableFuture<Status.Code> code = verify(serve(waiting::add));
        audit.close();
        waiting.get(0).run();
        assertThat(code).isCompletedWithValue(Status.Code.UNAVAILABLE);
        assertThat(logged.list).isEmpty();
    }
}
