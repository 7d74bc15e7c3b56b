package dev.portcullis.cli.server;

import java.text.MessageFormat;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Carries what libraries log through {@code java.util.logging}, warnings and worse, to ours. */
public final class Logs extends Handler {
    private Logs() {}

    /** Everything that is logged in this process goes to one log from now on. */
    public static void unite() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new Logs());
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName() == null ? "java" : record.getLoggerName();
        org.slf4j.Logger logger = LoggerFactory.getLogger(name);
        if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
            logger.error(message(record), record.getThrown());
        } else if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
            logger.warn(message(record), record.getThrown());
        }
    }

    private static String message(LogRecord record) {
        Object[] parameters = record.getParameters();
        String message = String.valueOf(record.getMessage());
        if (parameters == null || parameters.length == 0) {
            return message;
        }
        try {
            return MessageFormat.format(message, parameters);
        } catch (IllegalArgumentException e) {
            return message;
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
