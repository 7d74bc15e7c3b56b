package dev.portcullis.admin.store;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.ServiceException.Code;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** What an error of SQLite means to a caller. */
final class StoreErrors {
    private StoreErrors() {}

    /** Of a read: the database cannot be used now. */
    static ServiceException ofRead(SQLException e) {
        return new ServiceException(Code.UNAVAILABLE, "the database cannot be read", e);
    }

    /** Of a write, which was rolled back. */
    static ServiceException ofWrite(SQLException e) {
        SQLiteErrorCode code = primary(e);
        if (code == SQLiteErrorCode.SQLITE_FULL || code == SQLiteErrorCode.SQLITE_IOERR) {
            return new ServiceException(
                    Code.RESOURCE_EXHAUSTED,
                    "the disk is full or failing; nothing was changed", e);
        }
        return new ServiceException(
                Code.UNAVAILABLE, "the database cannot be written; nothing was changed", e);
    }

    /** Of which kind an error is. */
    static StoreFaults.Kind kind(SQLException e) {
        return switch (primary(e)) {
            case SQLITE_FULL, SQLITE_IOERR -> StoreFaults.Kind.DISK;
            case SQLITE_READONLY -> StoreFaults.Kind.READ_ONLY;
            case SQLITE_BUSY, SQLITE_LOCKED -> StoreFaults.Kind.BUSY;
            default -> StoreFaults.Kind.OTHER;
        };
    }

    /** The primary code: the low octet of what SQLite calls an extended code. */
    static SQLiteErrorCode primary(SQLException e) {
        return SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff);
    }
}
