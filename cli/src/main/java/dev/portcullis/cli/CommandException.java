package dev.portcullis.cli;

import java.util.List;

/** A command ends early. The message says what happened and what to do, without stack trace. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient List<String> details;

    /**
     * Ends the command.
     *
     * @param exitCode one of {@link ExitCode}
     * @param message for a person; never with a secret
     */
    public CommandException(int exitCode, String message) {
        this(exitCode, message, List.of());
    }

    /** As the other; {@code details} are printed below the message, one on each line. */
    public CommandException(int exitCode, String message, List<String> details) {
        super(message, null, false, false);
        this.exitCode = exitCode;
        this.details = List.copyOf(details);
    }

    /** One of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }

    /** Further lines for a person; may be empty. */
    public List<String> details() {
        return details;
    }
}
