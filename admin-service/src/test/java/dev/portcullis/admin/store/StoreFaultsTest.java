package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.admin.store.StoreFaults.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What goes wrong is counted each time, and told once a minute with what to do. */
class StoreFaultsTest {
    private final SettableClock clock = new SettableClock();
    private final StoreFaults faults = new StoreFaults(clock);
    private final Logger logger = (Logger) LoggerFactory.getLogger(StoreFaults.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(log);
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void oneKindAgainAndAgain_isCountedEachTimeAndToldOnceAMinute() {
        for (int i = 0; i < 5; i++) {
            faults.note(Kind.READ_ONLY, new SQLException("read-only transaction"));
        }
        assertThat(faults.count(Kind.READ_ONLY)).isEqualTo(5);
        assertThat(lines()).singleElement().asString()
                .contains("the database is read-only (read-only transaction): name the server");
        // another kind is told at once
        faults.note(Kind.BUSY, null);
        assertThat(lines()).hasSize(2);
        clock.advance(Duration.ofMinutes(1));
        faults.note(Kind.READ_ONLY, null);
        assertThat(lines()).hasSize(3);
        assertThat(faults.count(Kind.OTHER)).isZero();
    }

    @Test
    void rowsInAnError_areNotShown() {
        faults.note(Kind.OTHER, new SQLException("does not fit\n  Detail: Failing row (secret)"));
        assertThat(lines()).singleElement().asString()
                .contains("does not fit").doesNotContain("secret");
    }

    @Test
    void callersOwnMistake_isNoFault() {
        faults.note(PostgresErrors.kind(new SQLException("x", "22021")), null);
        assertThat(lines()).isEmpty();
        for (Kind kind : Kind.values()) {
            assertThat(faults.count(kind)).isZero();
        }
    }

    @Test
    void clockThatIsSetBack_doesNotSilenceIt() {
        faults.note(Kind.DISK, null);
        clock.advance(Duration.ofDays(-1));
        faults.note(Kind.DISK, null);
        assertThat(lines()).hasSize(2);
    }
}
