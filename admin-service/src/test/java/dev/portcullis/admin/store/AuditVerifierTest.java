package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever alters the audit log is found. */
class AuditVerifierTest {
    private static final int EVENTS = 5;

    @TempDir Path directory;
    private TestStore test;

    @BeforeEach
    void fill() throws Exception {
        test = TestStore.open(directory, new SettableClock());
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

    @Test
    void untouched_isIntact() {
        assertThat(verify()).isEqualTo(new AuditVerifier.Result(EVENTS, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "actor_id = 'x'", "actor_name = 'x'", "source = 'x'", "request_id = 'x'", "action = 'x'",
        "target_kind = 'x'", "target_id = 'y'", "before_state = '{}'", "after_state = NULL",
        "happened_at = 1", "revision = 9", "hash = zeroblob(32)"
    })
    void alteredEvent_isFound(String change) throws Exception {
        TestStore.alter(directory, "UPDATE audit_event SET " + change + " WHERE seq = 3");
        AuditVerifier.Result result = verify();
        assertThat(result.intact()).isFalse();
        assertThat(result.events()).isEqualTo(2);
        assertThat(result.problem()).contains("event 3 was altered");
    }

    @Test
    void cutLink_isFound() throws Exception {
        TestStore.alter(directory,
                "UPDATE audit_event SET previous_hash = zeroblob(32) WHERE seq = 3");
        assertThat(verify().problem()).contains("event 3 does not follow");
    }

    @Test
    void eventRemovedFromTheMiddle_isFound() throws Exception {
        TestStore.alter(directory, "DELETE FROM audit_event WHERE seq = 2");
        assertThat(verify().problem()).contains("event 2 is missing");
    }

    @Test
    void eventsRemovedFromTheEnd_areFound() throws Exception {
        TestStore.alter(directory, "DELETE FROM audit_event WHERE seq > 3");
        assertThat(verify().problem()).contains("events 4 to 5 are missing");
    }

    @Test
    void eventAdded_isFound() throws Exception {
        TestStore.alter(directory, "UPDATE head SET audit_seq = 4");
        assertThat(verify().problem()).contains("event 5 was added");
    }

    @Test
    void headOfAnotherChain_isFound() throws Exception {
        TestStore.alter(directory, "UPDATE head SET audit_hash = zeroblob(32)");
        assertThat(verify().problem()).contains("not the one that was written last");
    }

    @Test
    void moreEventsThanAPage_areAllVerified() {
        for (int i = 0; i < 1_000; i++) {
            test.store().write(transaction -> {
                transaction.setBlocked("usr_000000000001abcd", true);
                transaction.audit(Samples.ADMIN, Samples.entry("user.block"));
                return null;
            });
        }
        assertThat(verify()).isEqualTo(new AuditVerifier.Result(EVENTS + 1_000, null));
    }
}
