package dev.portcullis.cli;

/** What the process says when it ends. */
public final class ExitCode {
    /** Done. */
    public static final int OK = 0;

    /** The admin-service refused, or a server could not start or go on. */
    public static final int REFUSED = 1;

    /** Wrong usage or configuration; an address that is in use. */
    public static final int USAGE = 2;

    /** The admin-service cannot be reached, or did not answer in time. */
    public static final int UNREACHABLE = 3;

    private ExitCode() {}
}
