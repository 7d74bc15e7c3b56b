/**
 * Configuration: the table of settings, and the way from file, environment and flags to checked
 * values. All mistakes are reported together, each with the place where it was made.
 *
 * <p>May import: the JDK, snakeyaml-engine, {@code core.token} for peppers, {@code
 * core.access} for ranges of addresses, the configuration records of {@code gateway}, with what
 * checks them, and of {@code admin}, gRPC's credentials for TLS, and the version of {@code cli}.
 */
package dev.portcullis.cli.config;
