package dev.portcullis.cli.config;

import java.util.Objects;

/**
 * Where a value was given, for messages and for {@code check-config}. Immutable.
 *
 * @param kind which of the ways
 * @param where {@code file:line:column}, the flag or the variable; empty for a default
 */
public record Origin(Kind kind, String where) {
    /** The ways to give a value; a later one wins. */
    public enum Kind {
        /** Not given. */
        DEFAULT,
        /** In the file. */
        FILE,
        /** As an environment variable. */
        ENVIRONMENT,
        /** On the command line. */
        FLAG
    }

    static final Origin DEFAULT = new Origin(Kind.DEFAULT, "");

    /** Nothing may be null. */
    public Origin {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(where);
    }

    @Override
    public String toString() {
        return kind == Kind.DEFAULT ? "default" : where;
    }
}
