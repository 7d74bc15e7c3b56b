package dev.portcullis.admin.model;

import java.util.Locale;

/** What a token or key is at an instant. */
public enum TokenState {
    /** Good for what its user may. */
    LIVE,
    /** Its time is over. */
    EXPIRED,
    /** Ended by somebody before its time was over. */
    REVOKED,
    /** Rotated, and the overlap with its successor is over. */
    REPLACED;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The state's name as users write and read it: {@code live}. */
    public String word() {
        return word;
    }
}
