package dev.portcullis.admin.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what other processes commit: by LISTEN, and by a look at the head about every second in
 * which nothing was heard, should a notification be lost. One thread with one connection of its
 * own, which it makes anew when it breaks.
 */
final class PostgresBells implements AutoCloseable {
    private static final int POLL_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 500;
    private static final long END_MILLIS = 2_000;
    private static final int ANSWER_MILLIS = 5_000;
    private static final Logger LOG = LoggerFactory.getLogger(PostgresBells.class);

    private final PostgresConnections connections;
    private final Bells bells;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "database-bells");
    /** Guarded by this; what the thread waits on. */
    private Connection connection;

    // used by the thread alone
    private long revision;
    private long auditSeq;
    private boolean warned;

    private PostgresBells(PostgresConfig config, Bells bells) {
        this.bells = bells;
        connections = new PostgresConnections(
                config, new PostgresConnections.Bounds(ANSWER_MILLIS, ANSWER_MILLIS, 0));
        thread.setDaemon(true);
    }

    static PostgresBells start(PostgresConfig config, Bells bells) {
        PostgresBells started = new PostgresBells(config, bells);
        started.thread.start();
        return started;
    }

    private void run() {
        try {
            while (closing.getCount() > 0) {
                listenOnce();
                closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until the connection breaks, or {@link #close} breaks it. */
    private void listenOnce() {
        try (Connection made = connections.getConnection();
                Statement statement = made.createStatement()) {
            if (!take(made)) {
                return;
            }
            statement.execute("LISTEN " + WriteTransaction.CHANGE_BELL);
            statement.execute("LISTEN " + WriteTransaction.REPLICA_BELL);
            if (warned) {
                LOG.info("hearing of other processes' changes again");
                warned = false;
            }
            look(statement);
            // whatever was said before it listened
            bells.changed();
            bells.replicas();
            while (closing.getCount() > 0) {
                hear(made.unwrap(PGConnection.class), statement);
            }
        } catch (SQLException e) {
            if (closing.getCount() > 0 && !warned) {
                LOG.warn("the database does not tell of other processes' changes; trying again", e);
                warned = true;
            }
        } finally {
            take(null);
        }
    }

    private synchronized boolean take(Connection made) {
        connection = made;
        return closing.getCount() > 0;
    }

    private void hear(PGConnection heard, Statement statement) throws SQLException {
        PGNotification[] notifications = heard.getNotifications(POLL_MILLIS);
        boolean changed = false;
        boolean replicas = false;
        for (PGNotification each : notifications) {
            changed |= each.getName().equals(WriteTransaction.CHANGE_BELL);
            replicas |= each.getName().equals(WriteTransaction.REPLICA_BELL);
        }
        if (replicas) {
            // before the look at the head: somebody waits for what a replica has to say
            bells.replicas();
        }
        if (changed || look(statement)) {
            bells.changed();
        }
    }

    /** Whether the head has moved since the last look. */
    private boolean look(Statement statement) throws SQLException {
        try (ResultSet head = statement.executeQuery("SELECT revision, audit_seq FROM head")) {
            head.next();
            boolean moved = head.getLong(1) != revision || head.getLong(2) != auditSeq;
            revision = head.getLong(1);
            auditSeq = head.getLong(2);
            return moved;
        }
    }

    /** Rings no more when it returns, but for a bell that is being rung. */
    @Override
    public void close() {
        closing.countDown();
        synchronized (this) {
            if (connection != null) {
                abort(connection);
            }
        }
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("the connection was broken already", e);
        }
    }
}
