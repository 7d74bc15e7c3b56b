package dev.portcullis.cli.config;

/**
 * An application of the configuration. Immutable; no field is null.
 *
 * @param name 1 to 63 of {@code a-z0-9-}
 * @param host in lower case and without port; empty for any
 * @param path the prefix it is for; {@code /} for all
 * @param upstream where its requests go
 * @param origin where it was given
 */
public record Application(
        String name, String host, String path, Upstream upstream, Origin origin) {}
