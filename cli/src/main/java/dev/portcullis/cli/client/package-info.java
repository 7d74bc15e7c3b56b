/**
 * The client commands: they ask the admin API over gRPC and print what it says.
 *
 * <p>May import: the JDK, picocli, gRPC, {@code proto}, {@code cli.config} for durations and
 * addresses, and exit codes of {@code cli}.
 */
package dev.portcullis.cli.client;
