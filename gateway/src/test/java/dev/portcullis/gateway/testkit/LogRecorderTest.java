package dev.portcullis.gateway.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogRecorderTest {
    private static final Logger ROOT =
            (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private static Appender<ILoggingEvent> console;

    /** What is provoked here would alarm who reads the build's output. */
    @BeforeAll
    static void silenceConsole() {
        console = ROOT.getAppender("err");
        ROOT.detachAppender(console);
    }

    @AfterAll
    static void restoreConsole() {
        ROOT.addAppender(console);
    }

    @Test
    void errorsAndNettyWarnings_areTrouble() {
        try (LogRecorder recorder = LogRecorder.open()) {
            LoggerFactory.getLogger("dev.portcullis.x").warn("fine");
            assertThat(recorder.troubles()).isEmpty();
            LoggerFactory.getLogger("dev.portcullis.x").error("bad", new Exception("cause"));
            LoggerFactory.getLogger("io.netty.x").warn("worse");
            assertThat(recorder.troubles()).hasSize(2);
            assertThat(recorder.troubles().get(0)).contains("bad", "cause");
            assertThat(recorder.lines()).hasSize(3);
        }
    }

    @Test
    void uncaughtException_isTrouble() throws Exception {
        try (LogRecorder recorder = LogRecorder.open()) {
            Thread thread = new Thread(() -> {
                throw new IllegalStateException("lost");
            });
            thread.start();
            thread.join();
            assertThat(recorder.troubles()).singleElement().asString().contains("lost");
        }
    }

    @Test
    void leakedBuffer_isTrouble() {
        LeakCheck.arm();
        try (LogRecorder recorder = LogRecorder.open()) {
            leak();
            // what the collector found is queued by another thread, when it gets to it
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                LeakCheck.provoke();
                assertThat(recorder.troubles()).anyMatch(text -> text.contains("LEAK"));
            });
        }
    }

    /** In a method of its own, so that no local variable keeps it. */
    private static void leak() {
        ByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1);
    }
}
