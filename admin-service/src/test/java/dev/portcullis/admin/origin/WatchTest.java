package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.change.Arrival;
import dev.portcullis.admin.change.LeaseMark;
import dev.portcullis.admin.change.LeaseTable;
import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.store.AuditEntry;
import dev.portcullis.admin.store.CommitListener;
import dev.portcullis.admin.store.NewCredential;
import dev.portcullis.admin.store.StoreConfig;
import dev.portcullis.admin.store.TestStore;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.MintedToken;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import dev.portcullis.core.verify.CredentialState;
import dev.portcullis.proto.origin.v1.Change;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.LeaseGrant;
import dev.portcullis.proto.origin.v1.WatchRequest;
import dev.portcullis.proto.origin.v1.WatchResponse;
import io.grpc.Status;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchTest extends OriginFixture {
    private TestGateway gateway() {
        return new TestGateway(channel, true, test.store());
    }

    /** A gateway that knows everything and holds a lease. */
    private TestGateway leased(String id) throws Exception {
        TestGateway gateway = gateway().hello(id, test.store().revision(), 1);
        assertThat(gateway.next().getCaughtUp().getRevision())
                .isEqualTo(test.store().revision());
        assertThat(gateway.next().getLease().getDurationMs()).isEqualTo(LEASE_MILLIS);
        return gateway;
    }

    @Test
    void gatewayThatKnowsNothing_isResetToWhereWhatIsKeptBegins() throws Exception {
        issue();
        time.advance(StoreConfig.DEFAULT_RETENTION.plusSeconds(1));
        String kept = issue();
        test.store().trimChanges();
        TestGateway gateway = gateway().hello("g", 0, 7);
        assertThat(gateway.next().getReset().getRevision()).isEqualTo(2);
        assertThat(gateway.next().getChanges().getChangesList()).containsExactly(
                told(3, kept));
        assertThat(gateway.next().getCaughtUp().getRevision()).isEqualTo(3);
        // it has applied nothing yet: a lease of no length
        assertThat(gateway.next().getLease())
                .isEqualTo(LeaseGrant.newBuilder().setSequence(7).build());
        gateway.ack(3, 8);
        assertThat(gateway.next().getLease().getSequence()).isEqualTo(8);
    }

    @Test
    void gatewayThatKnowsNothing_isSparedWhatIsTooMuchToSend() throws Exception {
        try (Connection connection = TestStore.connect(directory);
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO change (revision, change_key, committed_at)"
                    + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < 20001) SELECT 1, 'c:' || i, 0 FROM n");
        }
        issue();
        TestGateway gateway = gateway().hello("g", 0, 7);
        assertThat(gateway.next().getReset().getRevision()).isEqualTo(2);
        assertThat(gateway.next().getCaughtUp().getRevision()).isEqualTo(2);
    }

    @Test
    void gatewayThatResumes_isSentWhatItMissed() throws Exception {
        String first = issue();
        String second = issue();
        TestGateway gateway = gateway().hello("g", 1, 1);
        assertThat(gateway.next().getChanges().getChangesList()).containsExactly(
                told(2, first), told(3, second));
        assertThat(gateway.next().getCaughtUp().getRevision()).isEqualTo(3);
        assertThat(gateway.next().getLease().getDurationMs()).isZero();
        gateway.ack(3, 2);
        assertThat(gateway.next().getLease().getDurationMs()).isEqualTo(LEASE_MILLIS);
    }

    @Test
    void gatewayThatMissedWhatIsTrimmed_isReset() throws Exception {
        issue();
        time.advance(StoreConfig.DEFAULT_RETENTION.plusSeconds(1));
        issue();
        test.store().trimChanges();
        assertThat(gateway().hello("g", 1, 1).next().getReset().getRevision()).isEqualTo(2);
        // of the last trimmed revision nobody knows any more whether it was the same
        assertThat(gateway().hello("g", 2, 1).next().getReset().getRevision()).isEqualTo(2);
        assertThat(gateway().hello("h", 3, 1).next().hasCaughtUp()).isTrue();
    }

    private Change told(long revision, String prefix) {
        return Change.newBuilder().setRevision(revision).addKeys("c:" + prefix)
                .setMark(test.store().<Long>read(t -> t.mark(revision))).build();
    }

    @Test
    void revisionOfAnotherHistory_isNotResumedFrom_howeverMuchHasBeenCommittedSince()
            throws Exception {
        issue();
        issue();
        long known = test.store().<Long>read(t -> t.mark(3));
        // put back to before the last change, which another has taken the place of; and one more
        try (Connection connection = TestStore.connect(directory);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE change SET committed_at = committed_at + 1 WHERE revision = 3");
        }
        stopServing();
        serve(false);
        long revision = tokens.revoke(system, issue()).revision();
        for (long mark : new long[] {known, 0}) {
            TestGateway gateway = new TestGateway(channel, true, test.store());
            gateway.send(WatchRequest.newBuilder().setHello(Hello.newBuilder()
                    .setGatewayId("g").setInstance("i").setProtocol(2).setSequence(1)
                    .setLastRevision(3).setLastMark(mark)).build());
            assertThat(gateway.next().hasReset()).isTrue();
            assertThat(gateway.next().getChanges().getChangesList())
                    .extracting(Change::getRevision).contains(2L, 3L, revision);
            assertThat(gateway.next().hasCaughtUp()).isTrue();
            assertThat(gateway.next().getLease().getDurationMs()).isZero();
            gateway.complete();
            gateway.end();
        }
    }

    @Test
    void gatewayOfAnotherDatabase_isReset() throws Exception {
        TestGateway gateway = gateway().hello("g", 999, 1);
        assertThat(gateway.next().getReset().getRevision()).isZero();
        assertThat(gateway.next().hasChanges()).isTrue();
        assertThat(gateway.next().hasCaughtUp()).isTrue();
        // what it claims to have applied was of another database: no lease, nothing confirmed
        assertThat(gateway.next().getLease().getDurationMs()).isZero();
        issue();
        assertThat(gateway.next().hasChanges()).isTrue();
    }

    @Test
    void changes_comeAsTheyCommit() throws Exception {
        TestGateway gateway = leased("g");
        List<Long> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            issue();
            expected.add(2L + i);
        }
        List<Long> seen = new ArrayList<>();
        while (seen.size() < 20) {
            gateway.next().getChanges().getChangesList()
                    .forEach(change -> seen.add(change.getRevision()));
        }
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void revocationAcknowledged_isPropagated() throws Exception {
        TestGateway gateway = leased("g");
        String id = issue();
        gateway.next();
        long revision = tokens.revoke(system, id).revision();
        CompletableFuture<Propagation> answer = barrier.await(revision, Duration.ofDays(1));
        assertThat(gateway.next().getChanges().getChanges(0).getKeysList())
                .containsExactly("c:" + id);
        assertThat(answer).isNotDone();
        gateway.ack(revision, 2);
        await().until(answer::isDone);
        assertThat(answer.join().propagated()).isTrue();
    }

    @Test
    void heartbeats_renewTheLease() throws Exception {
        TestGateway gateway = leased("g");
        time.advanceMillis(10_000);
        gateway.heartbeat(2);
        WatchResponse renewed = gateway.next();
        assertThat(renewed.getLease().getSequence()).isEqualTo(2);
        assertThat(renewed.getLease().getDurationMs()).isEqualTo(LEASE_MILLIS);
        issue();
        gateway.next();
        time.advanceMillis(5_000);
        // it has not applied the change of five seconds ago
        gateway.heartbeat(3);
        assertThat(gateway.next().getLease().getDurationMs()).isEqualTo(LEASE_MILLIS - 5_000);
    }

    @Test
    void acknowledgementOfWhatWasNotSent_endsTheStream() throws Exception {
        TestGateway gateway = leased("g");
        gateway.ack(2, 2);
        assertThat(gateway.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ack", "empty", "bad id", "no id", "long id", "negative", "twice"})
    void messagesOutOfTurn_endTheStream(String which) throws Exception {
        TestGateway gateway = gateway();
        switch (which) {
            case "ack" -> gateway.ack(0, 1);
            case "empty" -> gateway.send(WatchRequest.getDefaultInstance());
            case "bad id" -> gateway.hello("g 1", 0, 1);
            case "no id" -> gateway.hello("", 0, 1);
            case "long id" -> gateway.hello("g".repeat(65), 0, 1);
            case "negative" -> gateway.hello("g", -1, 1);
            default -> gateway.hello("g", 0, 1).hello("g", 0, 2);
        }
        assertThat(gateway.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        await().until(() -> unconfirmed(99).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"heartbeat", "ack", "earlier"})
    void messageThatComesAgain_endsTheStream(String which) throws Exception {
        TestGateway gateway = leased("g");
        gateway.heartbeat(5);
        assertThat(gateway.next().getLease().getSequence()).isEqualTo(5);
        switch (which) {
            case "heartbeat" -> gateway.heartbeat(5);
            case "ack" -> gateway.ack(1, 5);
            default -> gateway.heartbeat(4);
        }
        Status end = gateway.end();
        assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(end.getDescription()).contains("comes after 5");
    }

    @Test
    void secondStreamOfAGateway_endsTheFirst() throws Exception {
        TestGateway first = leased("g");
        TestGateway second = leased("g");
        assertThat(first.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        issue();
        assertThat(second.next().hasChanges()).isTrue();
    }

    @Test
    void streamCut_leaseRunsOnUntilItHasLapsed() throws Exception {
        TestGateway gateway = leased("g");
        gateway.cancel();
        issue();
        assertThat(unconfirmed(2)).containsExactly("g");
        time.advanceMillis(LEASE_MILLIS + 1_000);
        assertThat(unconfirmed(2)).isEmpty();
    }

    @Test
    void streamCompleted_isCompletedBackAndTheLeaseIsOver() throws Exception {
        TestGateway gateway = leased("g");
        issue();
        assertThat(unconfirmed(2)).containsExactly("g");
        gateway.complete();
        assertThat(gateway.end().getCode()).isEqualTo(Status.Code.OK);
        assertThat(unconfirmed(2)).isEmpty();
    }

    @Test
    void commitThatTheFeedHasNotReadYet_leaseComesBehindIt() throws Exception {
        TestGateway gateway = leased("g");
        // the leases hear of the commit, the feed's bell is not rung
        test.store().setCommitListener(CommitListener.NONE);
        issue();
        leases.committed(2);
        gateway.heartbeat(2);
        gateway.heartbeat(3);
        assertThat(gateway.isQuiet()).isTrue();
        feed.uncertain();
        assertThat(gateway.next().getChanges().getChanges(0).getRevision()).isEqualTo(2);
        assertThat(gateway.next().getLease().getSequence()).isEqualTo(3);
    }

    @Test
    void gatewayThatDoesNotRead_isHeldBackAndThenSentEverything() throws Exception {
        TestGateway slow = new TestGateway(channel, false, test.store()).hello("slow", 1, 1);
        TestGateway quick = leased("quick");
        for (int i = 0; i < 50; i++) {
            issue();
        }
        long seen = 1;
        while (seen < 51) {
            seen = last(quick.next());
        }
        slow.read(1_000);
        List<Long> revisions = new ArrayList<>();
        while (!revisions.contains(51L)) {
            // its lease comes behind all changes
            slow.next().getChanges().getChangesList()
                    .forEach(change -> revisions.add(change.getRevision()));
        }
        assertThat(revisions).isEqualTo(LongStream.rangeClosed(2, 51).boxed().toList());
    }

    private static long last(WatchResponse response) {
        int count = response.getChanges().getChangesCount();
        return response.getChanges().getChanges(count - 1).getRevision();
    }

    @Test
    void gatewayTooFarBehind_isEndedSoThatItResumes() throws Exception {
        TestGateway slow = new TestGateway(channel, false, test.store()).hello("slow", 1, 1);
        // it is welcomed before it falls behind
        await().until(() -> unconfirmed(2).equals(List.of("slow")));
        for (int i = 0; i < 70; i++) {
            issueAThousand();
        }
        slow.read(100_000);
        assertThat(slow.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    /** A thousand keys in one revision. */
    private void issueAThousand() {
        TokenMint mint = new TokenMint(new TokenFormat("pc"), new SecureRandom());
        String userId = userId();
        test.store().write(transaction -> {
            for (int i = 0; i < WriteTransaction.KEYS_MAX; i++) {
                MintedToken minted = mint.mint(CredentialKind.ACCESS_TOKEN);
                transaction.credentialWriter().insert(new NewCredential(
                        new CredentialRecord(
                                minted.prefix(), minted.kind(), minted.hash(), userId,
                                CredentialState.LIVE, CredentialRecord.NEVER),
                        "t", "test"));
            }
            transaction.audit(system, new AuditEntry("token.issue", "user", userId, null, null));
            return null;
        });
    }

    @Test
    void gatewayOfAnotherProcess_isRememberedAcrossARestart() throws Exception {
        leased("own").cancel();
        assertThat(LeaseMark.read(test.store())).isZero();
        stopServing();
        serve(false);
        leased("far");
        assertThat(LeaseMark.read(test.store())).isEqualTo(LEASE_MILLIS + 1_000);
        stopServing();
        serve(false);
        issue();
        assertThat(unconfirmed(2))
                .containsExactly(Propagation.UNKNOWN_GATEWAY);
    }

    @Test
    void tooManyGateways_oneMoreIsToldSo() throws Exception {
        for (int i = 0; i < LeaseTable.GATEWAYS_MAX; i++) {
            leases.attach(Arrival.of("g" + i, 1, false), () -> {});
        }
        assertThat(gateway().hello("more", 1, 1).end().getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
}
