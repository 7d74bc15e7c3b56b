package dev.portcullis.benchmarks.agent;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a gateway may be made to do wrong. A run that does not find it is worth nothing. */
public enum Mistake {
    /** A change is acknowledged half a second before it is applied. */
    ACK,

    /** Changes are acknowledged and never applied. */
    CHANGES,

    /** A record that is older than a change to it is believed. */
    FLOORS,

    /** A lease that was given never ends. */
    LEASE;

    /** As it is written on a command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one that is written so.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Mistake of(String text) {
        return Arrays.stream(values())
                .filter(mistake -> mistake.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("none of " + Arrays
                        .stream(values()).map(Mistake::text).collect(Collectors.joining(", "))
                        + ": " + text));
    }
}
