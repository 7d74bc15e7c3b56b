package dev.portcullis.admin;

import static dev.portcullis.admin.RpcCalls.assertInvalid;
import static dev.portcullis.admin.RpcCalls.instant;
import static dev.portcullis.admin.RpcCalls.timestamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.portcullis.proto.admin.v1.AuditEvent;
import dev.portcullis.proto.admin.v1.AuditFilter;
import dev.portcullis.proto.admin.v1.AuditServiceGrpc;
import dev.portcullis.proto.admin.v1.BlockUserRequest;
import dev.portcullis.proto.admin.v1.ListAuditEventsRequest;
import dev.portcullis.proto.admin.v1.ListAuditEventsResponse;
import dev.portcullis.proto.admin.v1.Role;
import dev.portcullis.proto.admin.v1.StreamAuditEventsRequest;
import dev.portcullis.proto.admin.v1.UnblockUserRequest;
import dev.portcullis.proto.admin.v1.UpdateUserRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditRequest;
import dev.portcullis.proto.admin.v1.VerifyAuditResponse;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit log over a real socket: listed, followed, verified. */
class RpcAuditTest {
    @TempDir
    Path directory;

    private TestAdmin admin;
    private AuditServiceGrpc.AuditServiceBlockingStub audit;
    private long flips;

    @BeforeEach
    void start() throws Exception {
        admin = TestAdmin.start(directory);
        audit = AuditServiceGrpc.newBlockingStub(admin.as(admin.adminToken));
    }

    @AfterEach
    void stop() throws Exception {
        admin.close();
    }

    private AuditTail tail(String token, StreamAuditEventsRequest request) {
        return new AuditTail(admin.as(token), request);
    }

    private AuditTail tail(long afterSeq) {
        return tail(admin.adminToken,
                StreamAuditEventsRequest.newBuilder().setAfterSeq(afterSeq).build());
    }

    private long lastSeq() {
        return audit.listAuditEvents(ListAuditEventsRequest.newBuilder()
                .setDescending(true).setPageSize(1).build()).getEvents(0).getSeq();
    }

    /** Makes as many events, about a user who is there already. */
    private void make(int events) {
        for (int i = 0; i < events; i++) {
            admin.users(admin.adminToken).updateUser(UpdateUserRequest.newBuilder()
                    .setUser("flipped").setDescription("flip " + flips++).build());
        }
    }

    @Test
    void events_areListedByFilterInBothDirections() {
        String user = admin.user("listed", null);
        admin.clock.advance(Duration.ofMinutes(1));
        admin.users(admin.adminToken).blockUser(
                BlockUserRequest.newBuilder().setUser(user).build());
        AuditEvent block = audit.listAuditEvents(ListAuditEventsRequest.newBuilder()
                .setFilter(AuditFilter.newBuilder()
                        .setTarget(user)
                        .setAction("user.")
                        .setSince(timestamp(admin.clock.instant())))
                .build()).getEvents(0);
        assertThat(block.getAction()).isEqualTo("user.block");
        assertThat(block.getTargetKind()).isEqualTo("user");
        assertThat(block.getTargetId()).isEqualTo(user);
        assertThat(block.getActorName()).isEqualTo("admin");
        assertThat(block.getSource()).isEqualTo("127.0.0.1");
        assertThat(block.getRequestId()).isNotEmpty();
        assertThat(block.getRevision()).isPositive();
        assertThat(instant(block.getHappenedAt())).isEqualTo(admin.clock.instant());
        assertThat(block.getBefore()).contains("\"blocked\":false");
        assertThat(block.getAfter()).contains("\"blocked\":true");
        assertThat(block.getHash().size()).isEqualTo(32);

        List<AuditEvent> up = pages(ListAuditEventsRequest.newBuilder().setPageSize(1).build());
        List<AuditEvent> down = pages(
                ListAuditEventsRequest.newBuilder().setPageSize(2).setDescending(true).build());
        assertThat(up).extracting(AuditEvent::getSeq).containsExactlyElementsOf(
                LongStream.rangeClosed(1, lastSeq()).boxed().toList());
        Collections.reverse(down);
        assertThat(down).isEqualTo(up);
        for (int i = 1; i < up.size(); i++) {
            assertThat(up.get(i).getPreviousHash()).isEqualTo(up.get(i - 1).getHash());
        }
    }

    private List<AuditEvent> pages(ListAuditEventsRequest first) {
        List<AuditEvent> events = new ArrayList<>();
        ListAuditEventsRequest request = first;
        ListAuditEventsResponse page;
        do {
            page = audit.listAuditEvents(request);
            events.addAll(page.getEventsList());
            request = request.toBuilder().setPageToken(page.getNextPageToken()).build();
        } while (!page.getNextPageToken().isEmpty());
        return events;
    }

    @Test
    void badFilter_isRefusedNamingTheField() throws Exception {
        assertInvalid("since", () -> audit.listAuditEvents(ListAuditEventsRequest.newBuilder()
                .setFilter(AuditFilter.newBuilder()
                        .setSince(Timestamp.newBuilder().setNanos(-1))).build()));
        assertInvalid("page_token", () -> audit.listAuditEvents(
                ListAuditEventsRequest.newBuilder().setPageToken("x").build()));
        assertInvalid("page_size", () -> audit.listAuditEvents(
                ListAuditEventsRequest.newBuilder().setPageSize(1_001).build()));
        for (StreamAuditEventsRequest bad : List.of(
                StreamAuditEventsRequest.newBuilder().setAfterSeq(-2).build(),
                StreamAuditEventsRequest.newBuilder().setFilter(AuditFilter.newBuilder()
                        .setUntil(Timestamp.newBuilder().setNanos(-1))).build())) {
            try (AuditTail tail = tail(admin.adminToken, bad)) {
                assertThat(tail.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            }
        }
    }

    @Test
    void stream_isWhatWasAndThenWhatHappens() throws Exception {
        admin.user("flipped", null);
        long before = lastSeq();
        try (AuditTail all = tail(0);
                AuditTail late = tail(before - 1);
                AuditTail fresh = tail(-1)) {
            assertThat(all.next((int) before)).extracting(AuditEvent::getSeq)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, before).boxed().toList());
            assertThat(late.next().getSeq()).isEqualTo(before);
            // from the commit on, whoever began before it is told
            await().pollInterval(Duration.ofMillis(20)).until(() -> {
                make(1);
                fresh.ask(1);
                return fresh.waiting() > 0;
            });
            long first = fresh.next().getSeq();
            assertThat(first).isGreaterThan(before);
            AuditEvent event = all.next();
            assertThat(event.getSeq()).isEqualTo(before + 1);
            assertThat(late.next()).isEqualTo(event);
        }
    }

    @Test
    void filteredStream_hasNothingElse() throws Exception {
        admin.user("flipped", null);
        try (AuditTail tail = tail(admin.adminToken, StreamAuditEventsRequest.newBuilder()
                .setFilter(AuditFilter.newBuilder().setAction("user.unblock")).build())) {
            make(3);
            admin.users(admin.adminToken).blockUser(
                    BlockUserRequest.newBuilder().setUser("flipped").build());
            admin.users(admin.adminToken).unblockUser(
                    UnblockUserRequest.newBuilder().setUser("flipped").build());
            assertThat(tail.next().getAction()).isEqualTo("user.unblock");
        }
    }

    @Test
    void readerWhoTakesOneAtATime_getsEveryEventInOrder() throws Exception {
        admin.user("flipped", null);
        make(150);
        long last = lastSeq();
        try (AuditTail tail = tail(0)) {
            assertThat(tail.next((int) last)).extracting(AuditEvent::getSeq)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, last).boxed().toList());
            assertThat(tail.waiting()).isZero();
        }
    }

    @Test
    void readerWhoDoesNotRead_holdsUpNobody() throws Exception {
        admin.user("flipped", null);
        // each event shows the description before and after: far more than the transport takes
        for (int i = 0; i < 100; i++) {
            admin.users(admin.adminToken).updateUser(UpdateUserRequest.newBuilder()
                    .setUser("flipped").setDescription("x".repeat(900 + i)).build());
        }
        List<AuditTail> idle = IntStream.range(0, 10).mapToObj(i -> tail(0)).toList();
        try (AuditTail reader = tail(0)) {
            long last = lastSeq();
            assertThat(reader.next((int) last)).hasSize((int) last);
            make(1);
            assertThat(reader.next().getSeq()).isEqualTo(last + 1);
        }
        // and whoever was idle goes on where they were
        assertThat(idle.get(3).next(3)).extracting(AuditEvent::getSeq).containsExactly(1L, 2L, 3L);
        idle.forEach(AuditTail::close);
    }

    @Test
    void streamOfSomebodyWhoMayNoLongerRead_ends() throws Exception {
        admin.user("flipped", null);
        String auditor = admin.tokenOf("auditor", Role.ROLE_AUDITOR);
        try (AuditTail tail = tail(auditor, StreamAuditEventsRequest.newBuilder()
                .setAfterSeq(lastSeq() - 1).build())) {
            tail.next();
            admin.users(admin.adminToken).blockUser(
                    BlockUserRequest.newBuilder().setUser("auditor").build());
            make(1);
            tail.ask(10);
            assertThat(tail.end().getCode()).isIn(
                    Status.Code.PERMISSION_DENIED, Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void streamThatIsGivenUp_leavesItsRoom() throws Exception {
        List<AuditTail> tails = new ArrayList<>();
        try {
            for (int i = 0; i < 40; i++) {
                tails.add(tail(0));
                tails.get(i).next();
            }
            tails.forEach(AuditTail::close);
            for (int i = 0; i < 40; i++) {
                AuditTail again = tail(0);
                tails.add(again);
                assertThat(again.next().getSeq()).isOne();
            }
        } finally {
            tails.forEach(AuditTail::close);
        }
    }

    @Test
    void openStream_endsWhenTheServerClosesAndDelaysItNot() throws Exception {
        try (AuditTail tail = tail(0)) {
            tail.next();
            long start = System.nanoTime();
            admin.server.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(5));
            tail.ask(100);
            assertThat(tail.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void chain_isVerifiedWithWhatIsExpectedOfIt() {
        admin.user("flipped", null);
        make(3);
        VerifyAuditResponse found = verified(VerifyAuditRequest.getDefaultInstance());
        assertThat(found.getFinished()).isTrue();
        assertThat(found.getProblem()).isEmpty();
        assertThat(found.getVerified()).isEqualTo(lastSeq()).isEqualTo(found.getTotal());
        assertThat(found.getLastHash().size()).isEqualTo(32);

        VerifyAuditRequest expecting = VerifyAuditRequest.newBuilder()
                .setExpectedSeq(found.getVerified())
                .setExpectedHash(found.getLastHash())
                .build();
        make(1);
        assertThat(verified(expecting).getProblem()).isEmpty();
        VerifyAuditResponse other = verified(expecting.toBuilder()
                .setExpectedHash(ByteString.copyFrom(new byte[32])).build());
        assertThat(other.getFinished()).isTrue();
        assertThat(other.getProblem()).isNotEmpty();
        assertThat(other.getLastHash().isEmpty()).isTrue();
        assertInvalid("expected_hash", () -> verified(expecting.toBuilder()
                .setExpectedHash(ByteString.copyFromUtf8("short")).build()));
        assertInvalid("expected_seq", () -> verified(
                VerifyAuditRequest.newBuilder().setExpectedSeq(-1).build()));
    }

    private VerifyAuditResponse verified(VerifyAuditRequest request) {
        VerifyAuditResponse last = null;
        var answers = audit.verifyAudit(request);
        while (answers.hasNext()) {
            last = answers.next();
        }
        return last;
    }
}
