package dev.portcullis.admin.store;

/** A dump cannot be imported: it is not one, or not whole, or was altered. Nothing was written. */
public final class DumpException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong; the message is for the operator and shows no value of the dump. */
    DumpException(String problem, Throwable cause) {
        super(problem, cause);
    }

    DumpException(String problem) {
        this(problem, null);
    }

    /** In a line, counted from 1. */
    static DumpException at(long line, String problem, Throwable cause) {
        return new DumpException("line " + line + ": " + problem, cause);
    }
}
