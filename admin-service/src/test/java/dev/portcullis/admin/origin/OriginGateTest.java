package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.edge.FailureThrottle;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.service.Enrolled;
import dev.portcullis.admin.service.Enrollments;
import dev.portcullis.admin.service.Gateways;
import dev.portcullis.admin.service.TokenPolicy;
import dev.portcullis.admin.service.UsageBuffer;
import dev.portcullis.admin.service.Usages;
import dev.portcullis.core.token.Peppers;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.proto.origin.v1.OriginServiceGrpc;
import dev.portcullis.proto.origin.v1.ResolveRequest;
import dev.portcullis.proto.origin.v1.ResolveResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The door of the origin, when many strangers knock at once. */
class OriginGateTest extends OriginFixture {
    /** Who works so slowly that nothing is done before the test does it. */
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private static CompletableFuture<Status> resolve(ManagedChannel stranger) {
        CompletableFuture<Status> ended = new CompletableFuture<>();
        ResolveRequest request =
                ResolveRequest.newBuilder().setCredentialPrefix("abcdefghijkl").build();
        OriginServiceGrpc.newStub(stranger).resolve(request, new StreamObserver<>() {
            @Override
            public void onNext(ResolveResponse answer) {
                ended.complete(Status.OK);
            }

            @Override
            public void onError(Throwable error) {
                ended.complete(Status.fromThrowable(error));
            }

            @Override
            public void onCompleted() {
                ended.complete(Status.OK);
            }
        });
        return ended;
    }

    @Test
    void gatewaysThatComeAtOnce_takeAPartOfTheWorkersAndNoMore() throws Exception {
        OriginWiring slow = new OriginWiring(
                wiring.store(), wiring.usages(), wiring.refusals(), wiring.feed(),
                wiring.leases(), wiring.mark(), wiring.replicaId(), wiring.enrollments(),
                wiring.cacheKeys(), wiring.known(), waiting::add, wiring.clock());
        String name = InProcessServerBuilder.generateName();
        Server door = InProcessServerBuilder.forName(name)
                .addService(new OriginService(slow, true, "9.9")).build().start();
        ManagedChannel gateways = InProcessChannelBuilder.forName(name).build();
        try {
            List<TestGateway> came = new ArrayList<>();
            for (int i = 0; i < OriginService.WELCOMES_MAX; i++) {
                came.add(new TestGateway(gateways, true, test.store()).hello("g" + i, 0, 1));
            }
            Awaitility.await().until(() -> waiting.size() == OriginService.WELCOMES_MAX);
            TestGateway late = new TestGateway(gateways, true, test.store()).hello("late", 0, 1);
            assertThat(late.end().getDescription()).contains("too many gateways come at once");
            assertThat(waiting).hasSize(OriginService.WELCOMES_MAX);
            // of those who have gone meanwhile the database is asked nothing
            came.subList(1, came.size()).forEach(TestGateway::cancel);
            workOff();
            assertThat(came.get(0).nextOfAny().hasWelcome()).isTrue();
            TestGateway again = new TestGateway(gateways, true, test.store()).hello("late", 0, 1);
            Awaitility.await().until(() -> !waiting.isEmpty());
            workOff();
            assertThat(again.nextOfAny().hasWelcome()).isTrue();
        } finally {
            gateways.shutdownNow();
            door.shutdownNow();
            assertThat(door.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void streamThatCannotBeJudged_isCut() {
        Gateways gateways = new Gateways(
                test.store(), TokenPolicy.defaults(),
                new TokenMint(new TokenFormat("pc"), new SecureRandom()), new SecureRandom(),
                List::of);
        Gateways.Enrollment made = gateways.enroll(system, "edge-1").value();
        Enrolled enrolled = new Enrolled(
                made.issued().token().id(), made.user().id(), "edge-1",
                CredentialRecord.NEVER);
        InstantSource broken = () -> {
            throw new IllegalStateException("no time");
        };
        Enrollments enrollments = new Enrollments(
                test.store(), TokenPolicy.defaults(), Peppers.NONE,
                new UsageBuffer(new Usages(test.store())), broken);
        Gatekeeper gatekeeper = new Gatekeeper(enrollments, feed, 0, Runnable::run, time);
        List<ServiceException> cut = new ArrayList<>();
        gatekeeper.hold(new RemoteGateway(enrolled, "192.0.2.1"), cut::add);
        assertThat(cut).singleElement().satisfies(reason -> assertThat(reason.code())
                .isEqualTo(ServiceException.Code.UNAVAILABLE));
    }

    private OriginGate gate() {
        Enrollments enrollments = new Enrollments(
                test.store(), TokenPolicy.defaults(), Peppers.NONE,
                new UsageBuffer(new Usages(test.store())), time);
        Gatekeeper gatekeeper = new Gatekeeper(enrollments, feed, 0, workers, time);
        return new OriginGate(
                gatekeeper, new FailureThrottle(FailureThrottle.Limits.defaults(), time),
                waiting::add, new TurnedAway(new OriginStats(), time));
    }

    @Test
    void strangersAtTheDoor_takeAPartOfTheWorkersAndNoMore() throws Exception {
        String name = InProcessServerBuilder.generateName();
        Server door = InProcessServerBuilder.forName(name).intercept(gate())
                .addService(new OriginServiceGrpc.OriginServiceImplBase() {}).build().start();
        ManagedChannel stranger = InProcessChannelBuilder.forName(name).build();
        try {
            List<CompletableFuture<Status>> asked = new ArrayList<>();
            for (int i = 0; i < OriginGate.ADMITTING_MAX + 1; i++) {
                asked.add(resolve(stranger));
            }
            // in whatever order they came: one is turned away at once, without a question
            CompletableFuture<Object> first =
                    CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new));
            assertThat(((Status) first.get(10, TimeUnit.SECONDS)).getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(waiting).hasSize(OriginGate.ADMITTING_MAX);
            workOff();
            for (CompletableFuture<Status> answer : asked) {
                assertThat(answer.get(10, TimeUnit.SECONDS).getCode())
                        .isIn(Status.Code.UNAUTHENTICATED, Status.Code.UNAVAILABLE);
            }
            CompletableFuture<Status> later = resolve(stranger);
            // the room is free again; what holds them back now is that they failed so often
            assertThat(later.get(10, TimeUnit.SECONDS).getCode())
                    .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            time.advanceMillis(60_000);
            resolve(stranger);
            Awaitility.await().until(() -> !waiting.isEmpty());
            workOff();
        } finally {
            stranger.shutdownNow();
            door.shutdownNow();
            assertThat(door.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void workOff() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }
}
