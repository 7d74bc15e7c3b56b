package dev.portcullis.core.access;

/** What authorising came to: {@link Permit} or {@link Denial}. */
public sealed interface Decision permits Permit, Denial {}
