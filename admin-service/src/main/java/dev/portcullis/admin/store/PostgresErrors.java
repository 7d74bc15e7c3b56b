package dev.portcullis.admin.store;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import java.sql.SQLException;
import java.util.Set;
import javax.net.ssl.SSLException;

/** What an error of PostgreSQL means, by its SQLSTATE. */
final class PostgresErrors {
    static final String READ_ONLY = "25006";
    private static final String DISK_FULL = "53100";
    private static final String IO_ERROR = "58030";
    /** U+0000 in an argument: the one character that its texts do not have. */
    private static final String NO_TEXT = "22021";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String QUERY_CANCELED = "57014";
    private static final String DEADLOCK = "40P01";
    private static final String WRONG_PASSWORD = "28P01";
    private static final String WRONG_USER = "28000";
    private static final String NO_DATABASE = "3D000";
    private static final String NO_RIGHT = "42501";
    private static final String TOO_MANY_CONNECTIONS = "53300";
    private static final String STARTING = "57P03";
    private static final Set<String> BUSY = Set.of(LOCK_NOT_AVAILABLE, QUERY_CANCELED, DEADLOCK);
    /** It is stopping, has crashed, or was told to end this connection. */
    private static final Set<String> GONE = Set.of("57P01", "57P02", "57P05", "25P03", "25P04");
    private static final String WARNING_CLASS = "01";
    private static final String CONNECTION_CLASS = "08";
    private static final String CONSTRAINT_CLASS = "23";
    private static final String DATA_CLASS = "22";

    /** What the driver calls its check of the name in the server's certificate. */
    private static final String HOST_VERIFIER = "PgjdbcHostnameVerifier";

    private PostgresErrors() {}

    /** Of a read: the database cannot be used now. */
    static ServiceException ofRead(SQLException e) {
        if (state(e).equals(NO_TEXT)) {
            return noText(e);
        }
        String busy = BUSY.contains(state(e)) ? ": it took too long" : "";
        return new ServiceException(
                Code.UNAVAILABLE, "the database cannot be read" + busy, e);
    }

    /** Of a write that was rolled back. */
    static ServiceException ofWrite(SQLException e) {
        String state = state(e);
        if (state.equals(NO_TEXT)) {
            return noText(e);
        }
        if (state.equals(DISK_FULL) || state.equals(IO_ERROR)) {
            return new ServiceException(
                    Code.RESOURCE_EXHAUSTED,
                    "the database's disk is full or failing; nothing was changed", e);
        }
        String why = "";
        if (state.equals(READ_ONLY)) {
            why = ": it is read-only";
        } else if (BUSY.contains(state)) {
            why = ": too many changes at once";
        }
        return new ServiceException(
                Code.UNAVAILABLE,
                "the database cannot be written" + why + "; nothing was changed", e);
    }

    /** Of which kind an error is; null: it is the caller's own. */
    static StoreFaults.Kind kind(SQLException e) {
        String state = state(e);
        if (state.equals(NO_TEXT)) {
            return null;
        }
        if (state.startsWith(CONNECTION_CLASS) || GONE.contains(state)
                || state.equals(STARTING)) {
            return StoreFaults.Kind.UNREACHABLE;
        }
        if (BUSY.contains(state)) {
            return StoreFaults.Kind.BUSY;
        }
        return switch (state) {
            case DISK_FULL, IO_ERROR -> StoreFaults.Kind.DISK;
            case READ_ONLY -> StoreFaults.Kind.READ_ONLY;
            case TOO_MANY_CONNECTIONS -> StoreFaults.Kind.CONNECTIONS;
            case WRONG_PASSWORD, WRONG_USER, NO_DATABASE, NO_RIGHT -> StoreFaults.Kind.NOT_LET_IN;
            default -> StoreFaults.Kind.OTHER;
        };
    }

    /** Of a connection that cannot be had. */
    static ServiceException ofConnecting(SQLException e) {
        StoreFaults.Kind kind = kind(e);
        String why = "";
        if (kind == StoreFaults.Kind.NOT_LET_IN) {
            why = ": it does not let this program in";
        } else if (kind == StoreFaults.Kind.CONNECTIONS) {
            why = ": it takes no more connections";
        } else if (kind == StoreFaults.Kind.READ_ONLY) {
            why = ": it is a standby";
        }
        return new ServiceException(
                Code.UNAVAILABLE, "the database cannot be reached" + why, e);
    }

    private static ServiceException noText(SQLException e) {
        return new ServiceException(
                Code.INVALID_ARGUMENT, "a text holds U+0000, which is no character", e);
    }

    /** Of a commit. */
    static ServiceException ofCommit(SQLException e) {
        if (!mayHaveCommitted(e)) {
            return ofWrite(e);
        }
        return new ServiceException(
                Code.UNAVAILABLE,
                "the database did not answer whether the change was made: look before you try"
                        + " again", e);
    }

    /**
     * Whether a failed commit may have happened nevertheless: nobody answered, or a standby that is
     * to have it may not have it.
     */
    static boolean mayHaveCommitted(SQLException e) {
        String state = state(e);
        return state.isEmpty() || state.startsWith(WARNING_CLASS)
                || state.startsWith(CONNECTION_CLASS) || GONE.contains(state);
    }

    /** Whether a row was refused for what is in it. */
    static boolean isOfRow(SQLException e) {
        return state(e).startsWith(CONSTRAINT_CLASS) || state(e).startsWith(DATA_CLASS);
    }

    /** Whether the server cannot be reached any more over the connection that it came from. */
    static boolean isOfConnection(SQLException e) {
        return state(e).startsWith(CONNECTION_CLASS) || GONE.contains(state(e));
    }

    static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** What to tell an operator of an error at the start. */
    static StartException refusal(SQLException e, Object where) {
        return switch (state(e)) {
            case WRONG_PASSWORD, WRONG_USER -> new StartException(
                    "the server does not let this user in (" + e.getMessage() + ")", where,
                    "Look at the user, the file of database_password_file, sslcert and sslkey, and"
                            + " the server's pg_hba.conf", e);
            case NO_DATABASE -> new StartException("there is no such database", where,
                    "Make it (CREATE DATABASE), or name another", e);
            case NO_RIGHT -> new StartException(
                    "the user may not do what is needed (" + e.getMessage() + ")", where,
                    "Make the user the owner of the database, as docs/postgresql.md says", e);
            case READ_ONLY -> readOnly(where, e);
            case DISK_FULL, IO_ERROR -> new StartException(
                    "the server's disk is full or failing (" + e.getMessage() + ")", where,
                    "Make room", e);
            case TOO_MANY_CONNECTIONS -> new StartException(
                    "the server takes no more connections (" + e.getMessage() + ")", where,
                    "Raise its max_connections, or stop what holds them", e);
            case STARTING -> new StartException(
                    "the server is not ready (" + e.getMessage() + ")", where,
                    "Wait until it is, and start again", e);
            case LOCK_NOT_AVAILABLE -> new StartException(
                    "another process is bringing the database up to date, or holds it locked",
                    where, "Start again when it has finished", e);
            default -> other(e, where);
        };
    }

    private static StartException other(SQLException e, Object where) {
        if (state(e).startsWith(CONNECTION_CLASS) && isOfTls(e)) {
            return new StartException(
                    "the server did not prove who it is (" + e.getMessage() + cause(e) + ")",
                    where,
                    "Name who signs its certificate (sslrootcert), and the host as its certificate"
                            + " does; where it asks for one, show it a certificate (sslcert,"
                            + " sslkey) that it believes", e);
        }
        return state(e).startsWith(CONNECTION_CLASS)
                ? new StartException(
                        "the server cannot be reached (" + e.getMessage() + cause(e) + ")", where,
                        "Start it, or correct the address and what is said about TLS", e)
                : new StartException(
                        "the database cannot be used (" + e.getMessage() + ")", where,
                        "See the cause in the log", e);
    }

    private static boolean isOfTls(SQLException e) {
        // that the name is another one has no cause; the driver names what found it out
        return String.valueOf(e.getMessage()).contains(HOST_VERIFIER)
                || e.getCause() instanceof SSLException;
    }

    /** The driver says of TLS only that it failed. */
    private static String cause(SQLException e) {
        Throwable cause = e.getCause();
        return cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
    }

    static StartException readOnly(Object where, Throwable cause) {
        return new StartException(
                "the server is read-only: it is a standby, or was set so", where,
                "Name the server that takes writes", cause);
    }
}
