package dev.portcullis.core.access;

import java.util.Locale;

/** The kinds of user. */
public enum UserKind {
    /** Made by an administrator for a machine. */
    SERVICE,
    /** A person with access tokens of their own. */
    PERSON,
    /** Made only by Portcullis itself. */
    INTERNAL;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The kind's name as users write and read it: {@code service}. */
    public String word() {
        return word;
    }
}
