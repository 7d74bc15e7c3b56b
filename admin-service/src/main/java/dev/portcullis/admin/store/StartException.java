package dev.portcullis.admin.store;

/**
 * The program refuses to start. The message says what is wrong, where, and what to do about it; it
 * is meant to be shown as it is, without a stack trace.
 */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final String where;
    private final String remedy;

    /**
     * Says why.
     *
     * @param what is wrong
     * @param where a file or directory
     * @param remedy what the operator can do
     * @param cause for the log, or null
     */
    public StartException(String what, Object where, String remedy, Throwable cause) {
        super(where + ": " + what + ". " + remedy + ".", cause);
        this.what = what;
        this.where = where.toString();
        this.remedy = remedy;
    }

    /** What is wrong. */
    public String what() {
        return what;
    }

    /** The file or directory. */
    public String where() {
        return where;
    }

    /** What the operator can do. */
    public String remedy() {
        return remedy;
    }
}
