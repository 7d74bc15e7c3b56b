package dev.portcullis.cli.config;

/**
 * A value as it was written, not yet read.
 *
 * @param text what was written
 * @param origin where
 */
record Given(String text, Origin origin) {}
