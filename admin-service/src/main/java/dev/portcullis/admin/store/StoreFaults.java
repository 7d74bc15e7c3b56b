package dev.portcullis.admin.store;

import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often the database did not do what it was asked, by why: counted each time, and told in the
 * log once a minute with what to do. Any thread; does not block.
 */
public final class StoreFaults {
    /** Why, and what to do about it. */
    public enum Kind {
        /** Nobody answers, or not as the server that it should be. */
        UNREACHABLE("the database cannot be reached",
                "start it, or look at the network between, at its address, and at what is said"
                        + " about TLS"),
        /** It does not believe who this is, or lets them do nothing. */
        NOT_LET_IN("the database does not let this user in",
                "look at the user, the file of database_password_file, sslcert and sslkey, and the"
                        + " server's pg_hba.conf"),
        /** It has as many connections as it takes. */
        CONNECTIONS("the database takes no more connections",
                "raise its max_connections, or stop what holds them"),
        /** It is a standby, or was set so. */
        READ_ONLY("the database is read-only",
                "name the server that takes writes, or let this one take them; until then nothing"
                        + " can be revoked, and gateways get no leases"),
        /** Its disk is full or failing. */
        DISK("the database's disk is full or failing",
                "make room, and look at its log"),
        /** Too much at once, or somebody holds what is needed. */
        BUSY("the database is held up",
                "look for long transactions and slow statements there"),
        /** Nobody knows whether a change was made. */
        DOUBT("the database did not answer whether a change was made",
                "whoever asked for it has to look, and ask again: to revoke twice does no harm"),
        /** Anything else. */
        OTHER("the database does not do what it is asked",
                "look at its log");

        private final String what;
        private final String remedy;

        Kind(String what, String remedy) {
            this.what = what;
            this.remedy = remedy;
        }
    }

    private static final int KINDS = Kind.values().length;
    private static final long TOLD_EVERY_MILLIS = 60_000;
    private static final Logger LOG = LoggerFactory.getLogger(StoreFaults.class);

    private final InstantSource clock;
    private final AtomicLongArray counts = new AtomicLongArray(KINDS);
    /** When it is told again, by the clock; 0: at once. */
    private final AtomicLongArray quietUntil = new AtomicLongArray(KINDS);

    StoreFaults(InstantSource clock) {
        this.clock = clock;
    }

    /** How often it was of that kind since the database was opened. */
    public long count(Kind kind) {
        return counts.get(kind.ordinal());
    }

    /**
     * Notes one.
     *
     * @param kind null where the database is not to blame: nothing is noted
     * @param cause may be null
     */
    void note(Kind kind, SQLException cause) {
        if (kind == null) {
            return;
        }
        counts.incrementAndGet(kind.ordinal());
        long now = clock.millis();
        long quiet = quietUntil.get(kind.ordinal());
        // a clock that was set back makes it tell once too often, not never again
        boolean due = now >= quiet || quiet - now > TOLD_EVERY_MILLIS;
        if (due && quietUntil.compareAndSet(kind.ordinal(), quiet, now + TOLD_EVERY_MILLIS)) {
            LOG.warn("{}{}: {}", kind.what, said(cause), kind.remedy);
        }
    }

    /** The first line of what it said: those below show rows. */
    private static String said(SQLException cause) {
        if (cause == null || cause.getMessage() == null) {
            return "";
        }
        return " (" + cause.getMessage().lines().findFirst().orElse("") + ")";
    }
}
