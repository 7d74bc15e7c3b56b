package dev.portcullis.admin.origin;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.admin.origin.OriginStats.Refusal;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TurnedAwayTest {
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(TurnedAway.class);
    // as a monotonic clock may: about to wrap round
    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1);
    private final OriginStats stats = new OriginStats();
    private final TurnedAway turnedAway = new TurnedAway(stats, nanoTime::get);

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(logged);
    }

    private void knock(String source) {
        turnedAway.note(Refusal.CREDENTIAL_INVALID, source, "it is none");
    }

    private List<String> lines() {
        List<String> lines = logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
        logged.list.clear();
        return lines;
    }

    @Test
    void knockingOnAndOn_isCountedAndToldOnceInAWhile() {
        knock("192.0.2.1");
        knock("192.0.2.1");
        knock("192.0.2.1");
        turnedAway.note(Refusal.NOT_ALLOWED, "192.0.2.1", "not you");
        assertThat(lines()).containsExactly(
                "a caller from 192.0.2.1 is not let in as a gateway: it is none",
                "a caller from 192.0.2.1 is not let in as a gateway: not you");
        nanoTime.addAndGet(TurnedAway.WHILE_NANOS);
        knock("192.0.2.1");
        assertThat(lines()).containsExactly(
                "2 more callers were turned away before, of which no line tells",
                "a caller from 192.0.2.1 is not let in as a gateway: it is none");
        assertThat(stats.refused(Refusal.CREDENTIAL_INVALID)).isEqualTo(4);
        assertThat(stats.refused(Refusal.NOT_ALLOWED)).isEqualTo(1);
    }

    @Test
    void crowd_doesNotFillTheLog() {
        for (int i = 0; i < 1_000; i++) {
            knock("192.0.2." + i);
        }
        assertThat(lines()).hasSize(TurnedAway.LINES_MAX);
        assertThat(stats.refused(Refusal.CREDENTIAL_INVALID)).isEqualTo(1_000);
    }
}
