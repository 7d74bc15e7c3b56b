package dev.portcullis.cli.config;

/** A text is not a value of its type. The message says why and what would be, without place. */
final class BadValueException extends Exception {
    private static final long serialVersionUID = 1L;

    BadValueException(String message) {
        super(message, null, false, false);
    }
}
