package dev.portcullis.gateway.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is logged while it is open, and tells what of it must not happen in a sound run: an
 * error of anybody, a warning of Netty (an exception nobody handled, a leak). Also keeps exceptions
 * that ended a thread.
 */
final class LogRecorder implements AutoCloseable {
    private final ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    private final Thread.UncaughtExceptionHandler before =
            Thread.getDefaultUncaughtExceptionHandler();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            record(event);
        }
    };

    private LogRecorder() {}

    static LogRecorder open() {
        LogRecorder recorder = new LogRecorder();
        recorder.appender.setContext(recorder.root.getLoggerContext());
        recorder.appender.start();
        recorder.root.addAppender(recorder.appender);
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> recorder.troubles.add("uncaught in " + thread.getName() + ": " + e));
        return recorder;
    }

    private void record(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        String text = event.getLevel() + " " + event.getLoggerName() + " "
                + event.getFormattedMessage()
                + (thrown == null ? "" : "\n" + ThrowableProxyUtil.asString(thrown));
        lines.add(text);
        boolean netty = event.getLoggerName().startsWith("io.netty.");
        Level worst = netty ? Level.WARN : Level.ERROR;
        if (event.getLevel().isGreaterOrEqual(worst)) {
            troubles.add(text);
        }
    }

    /** What must not have happened. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** What must not have happened since the last call. */
    List<String> takeTroubles() {
        List<String> taken = List.copyOf(troubles);
        troubles.removeAll(taken);
        return taken;
    }

    /** Everything logged, as it would be shown. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        appender.stop();
        Thread.setDefaultUncaughtExceptionHandler(before);
    }
}
