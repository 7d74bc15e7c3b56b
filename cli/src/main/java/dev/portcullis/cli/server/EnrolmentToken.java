package dev.portcullis.cli.server;

import dev.portcullis.cli.CommandException;
import dev.portcullis.cli.ExitCode;
import dev.portcullis.cli.config.SecretFile;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credential of a gateway's enrolment, as it is in its file: looked at every two seconds, so
 * that it can be changed for another without a restart, and used when it lies still. Its text form hides it. Any thread.
 */
final class EnrolmentToken implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EnrolmentToken.class);
    private static final long LOOK_SECONDS = 2;

    private final Path file;
    private final ScheduledExecutorService looking;
    private volatile String text;
    /** What was wrong at the last look; null when nothing was. */
    private String wrong;
    /** Another text that stood there at the last look, perhaps half of it. */
    private String seen;

    private EnrolmentToken(Path file, String text) {
        this.file = file;
        this.text = text;
        looking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "portcullis-enrolment-token");
            thread.setDaemon(true);
            return thread;
        });
        looking.scheduleWithFixedDelay(
                this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** @throws CommandException when the file holds none */
    static EnrolmentToken in(Path file) {
        try {
            return new EnrolmentToken(file, SecretFile.of(file));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "origin_token_file: " + e.getMessage());
        }
    }

    String text() {
        return text;
    }

    /** Looks at the file; what is in there counts when it is the same as at the look before. */
    synchronized void look() {
        String now;
        try {
            now = SecretFile.of(file);
        } catch (IllegalArgumentException e) {
            // which is told
            reload();
            return;
        }
        if (now.equals(text) || now.equals(seen)) {
            reload();
        }
        seen = now;
    }

    /** Looks at the file; while that cannot be used, what was in it before is. */
    synchronized void reload() {
        try {
            String now = SecretFile.of(file);
            if (!now.equals(text)) {
                text = now;
                LOG.info("the enrolment's credential in {} has changed; it is used from now on",
                        file);
            }
            wrong = null;
        } catch (IllegalArgumentException e) {
            if (!e.getMessage().equals(wrong)) {
                LOG.warn("origin_token_file: {}; the credential before it is used on",
                        e.getMessage());
            }
            wrong = e.getMessage();
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
