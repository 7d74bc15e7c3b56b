package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.admin.store.Engine;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever alters the audit log is found, and what they altered is named. */
@ParameterizedClass
@EnumSource(Engine.class)
class AuditVerifierTest {
    private static final int EVENTS = 5;
    private static final String SHIFT =
            "UPDATE audit_event SET seq = -seq WHERE seq > %d;"
                    + "UPDATE audit_event SET seq = -seq %+d WHERE seq < 0;";

    @Parameter Engine engine;
    @TempDir Path directory;
    private TestStore test;

    @BeforeEach
    void fill() throws Exception {
        test = TestStore.open(engine, directory, new SettableClock());
        for (int i = 1; i <= EVENTS; i++) {
            Samples.insertUser(test.store(), "usr_" + Samples.prefix(i) + "abcd");
        }
    }

    @AfterEach
    void close() {
        test.close();
    }

    private AuditVerifier.Result verify() {
        return new AuditVerifier(test.store()).verify();
    }

    private AuditVerifier.Result verify(long seq, byte[] hash) {
        return new AuditVerifier(test.store()).verify(seq, hash, (verified, total) -> {});
    }

    private AuditEvent event(long seq) {
        return test.store().read(t -> t.auditAfter(seq - 1, 1)).get(0);
    }

    /** Damages the file, and expects so many events to be in order before what is named. */
    private void damaged(int inOrder, String problem, String... statements) throws Exception {
        for (String each : String.join(";", statements).split(";")) {
            TestStore.alter(directory, each);
        }
        AuditVerifier.Result result = verify();
        assertThat(result.intact()).isFalse();
        assertThat(result.problem()).contains(problem);
        assertThat(result.events()).isEqualTo(inOrder);
        assertThat(result.lastHash()).isNull();
    }

    @Test
    void untouched_isIntact() {
        AuditVerifier.Result result = verify();
        assertThat(result.problem()).isNull();
        assertThat(result.events()).isEqualTo(EVENTS);
        assertThat(result.lastHash()).isEqualTo(event(EVENTS).hash());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "actor_id = 'x'", "actor_name = 'x'", "source = 'x'", "request_id = 'x'", "action = 'x'",
        "target_kind = 'x'", "target_id = 'y'", "before_state = '{}'", "after_state = NULL",
        "happened_at = 1", "revision = 9", "hash = zeroblob(32)"
    })
    void alteredEvent_isNamed(String change) throws Exception {
        damaged(2, "event 3 was altered",
                "UPDATE audit_event SET " + change + " WHERE seq = 3");
    }

    @Test
    void cutLink_isNamed() throws Exception {
        damaged(2, "event 3 does not follow",
                "UPDATE audit_event SET previous_hash = zeroblob(32) WHERE seq = 3");
    }

    @Test
    void firstEventRemoved_isNamed() throws Exception {
        damaged(0, "event 1 is missing", "DELETE FROM audit_event WHERE seq = 1");
    }

    @Test
    void eventRemovedFromTheMiddle_isNamed() throws Exception {
        damaged(1, "event 2 is missing", "DELETE FROM audit_event WHERE seq = 2");
    }

    @Test
    void eventsRemovedFromTheMiddle_areNamed() throws Exception {
        damaged(1, "events 2 to 4 are missing",
                "DELETE FROM audit_event WHERE seq BETWEEN 2 AND 4");
    }

    @Test
    void lastEventRemoved_isNamed() throws Exception {
        damaged(4, "event 5 is missing", "DELETE FROM audit_event WHERE seq = 5");
    }

    @Test
    void eventsRemovedFromTheEnd_areNamed() throws Exception {
        damaged(3, "events 4 to 5 are missing", "DELETE FROM audit_event WHERE seq > 3");
    }

    @Test
    void allEventsRemoved_areNamed() throws Exception {
        damaged(0, "events 1 to 5 are missing", "DELETE FROM audit_event");
    }

    @Test
    void eventRemovedAndTheRestMovedUp_isNamed() throws Exception {
        damaged(2, "event 3 is missing: event 4 was moved",
                "DELETE FROM audit_event WHERE seq = 3", SHIFT.formatted(3, -1));
    }

    @Test
    void swappedEvents_areNamed() throws Exception {
        damaged(2, "event 3 was reordered: it is found in the place of event 4",
                "UPDATE audit_event SET seq = 99 WHERE seq = 3",
                "UPDATE audit_event SET seq = 3 WHERE seq = 4",
                "UPDATE audit_event SET seq = 4 WHERE seq = 99");
    }

    @Test
    void eventMovedToTheEnd_isNamed() throws Exception {
        damaged(1, "event 2 was reordered: it is found in the place of event 99",
                "UPDATE audit_event SET seq = 99 WHERE seq = 2");
    }

    @Test
    void eventAddedAtTheEnd_isNamed() throws Exception {
        insertForged(EVENTS + 1);
        damaged(EVENTS, "event 6 was added", "SELECT 1");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void eventAddedInFront_isNamed(long seq) throws Exception {
        String copy = "INSERT INTO audit_event SELECT " + seq + ", revision, happened_at, actor_id,"
                + " actor_name, source, request_id, action, target_kind, target_id, before_state,"
                + " after_state, previous_hash, hash FROM audit_event WHERE seq = 2";
        damaged(0, "event " + seq + " was added", copy);
    }

    @Test
    void eventAddedInTheMiddle_isNamed() throws Exception {
        for (String each : SHIFT.formatted(2, 1).split(";")) {
            TestStore.alter(directory, each);
        }
        insertForged(3);
        damaged(3, "event 3 was added", "UPDATE head SET audit_seq = 6");
    }

    @Test
    void eventRewrittenWithItsHash_isFoundAtTheNext() throws Exception {
        rewrite(3, 3);
        damaged(3, "event 4 does not follow", "SELECT 1");
    }

    @Test
    void lastEventRewrittenWithItsHash_isNamed() throws Exception {
        rewrite(5, 5);
        damaged(5, "event 5 is not the one that was written last", "SELECT 1");
    }

    @Test
    void headOfAnotherChain_isNamed() throws Exception {
        damaged(5, "not the one that was written last",
                "UPDATE head SET audit_hash = zeroblob(32)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 6})
    void headWithAnotherNumber_isNamed(int seq) throws Exception {
        damaged(Math.min(seq, 5), "the head was altered: it names event " + seq,
                "UPDATE head SET audit_seq = " + seq);
    }

    @Test
    void headWithAnotherNumberAndHash_isNamed() throws Exception {
        damaged(4, "the head was altered: it names event 4",
                "UPDATE head SET audit_seq = 4, audit_hash = zeroblob(32)");
    }

    @Test
    void wholeChainRewritten_isFoundByTheAnchorAlone() throws Exception {
        byte[] anchor = event(4).hash();
        rewrite(2, EVENTS);
        assertThat(verify().intact()).isTrue();
        AuditVerifier.Result result = verify(4, anchor);
        assertThat(result.events()).isEqualTo(3);
        assertThat(result.problem()).contains("event 4 is not the one that was expected");
    }

    @Test
    void anchorThatFits_isIntact() {
        assertThat(verify(4, event(4).hash()).intact()).isTrue();
        assertThat(verify(EVENTS, null).intact()).isTrue();
    }

    @Test
    void anchorBehindTheEnd_isNamed() {
        AuditVerifier.Result result = verify(EVENTS + 1, new byte[32]);
        assertThat(result.problem())
                .contains("event 6 was expected, but the log ends with event 5");
    }

    @Test
    void moreEventsThanAPage_areAllVerifiedWithProgress() {
        for (int i = 0; i < 2_000; i++) {
            test.store().write(transaction -> {
                transaction.setBlocked("usr_000000000001abcd", true);
                transaction.audit(Samples.ADMIN, Samples.entry("user.block"));
                return null;
            });
        }
        List<Long> progress = new ArrayList<>();
        AuditVerifier.Result result = new AuditVerifier(test.store()).verify(
                0, null, (verified, total) -> {
                    progress.add(verified);
                    assertThat(total).isEqualTo(EVENTS + 2_000);
                });
        assertThat(result.events()).isEqualTo(EVENTS + 2_000);
        assertThat(progress).containsExactly(1_000L, 2_000L);
    }

    @Test
    void progressThatThrows_endsVerifying() {
        for (int i = 0; i < 1_000; i++) {
            Samples.insertCredential(test.store(), i, "usr_000000000001abcd");
        }
        assertThatThrownBy(() -> new AuditVerifier(test.store()).verify(0, null, (v, t) -> {
            throw new IllegalStateException("the caller has gone");
        })).hasMessage("the caller has gone");
    }

    // ----------------------------------------------------- what one who knows the format can do

    /** Puts an event with a right link and hash into a free place; the head is not told. */
    private void insertForged(long seq) throws Exception {
        AuditEvent before = event(seq - 1);
        AuditEvent draft = new AuditEvent(seq, 1, 1, Samples.ADMIN, Samples.entry("user.forged"),
                before.hash(), null);
        try (Connection connection = TestStore.connect(directory);
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO audit_event SELECT ?, 1, 1, '" + Samples.ADMIN.userId()
                                + "', 'root', '192.0.2.1', 'req-1', 'user.forged', 'user', 'x',"
                                + " NULL, '{}', ?, ?")) {
            insert.setLong(1, seq);
            insert.setBytes(2, before.hash());
            insert.setBytes(3, draft.expectedHash());
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    /** Alters the first of some events and makes all their hashes fit, the head's if it can. */
    private void rewrite(long from, long to) throws Exception {
        TestStore.alter(directory,
                "UPDATE audit_event SET actor_name = 'somebody else' WHERE seq = " + from);
        byte[] previous = event(from).previousHash();
        for (long seq = from; seq <= to; seq++) {
            AuditEvent event = event(seq);
            byte[] hash = new AuditEvent(seq, event.revision(), event.happenedAt(), event.actor(),
                    event.entry(), previous, null).expectedHash();
            setHashes("UPDATE audit_event SET previous_hash = ?, hash = ? WHERE seq = " + seq,
                    previous, hash);
            previous = hash;
        }
        if (from != to) {
            setHashes("UPDATE head SET audit_hash = ?", previous);
        }
    }

    private void setHashes(String statement, byte[]... hashes) throws Exception {
        try (Connection connection = TestStore.connect(directory);
                PreparedStatement update = connection.prepareStatement(statement)) {
            for (int i = 0; i < hashes.length; i++) {
                update.setBytes(i + 1, hashes[i]);
            }
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }
}
