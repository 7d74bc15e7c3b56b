/**
 * The client commands: they ask the admin API over gRPC, and for the exchange of keys over REST,
 * and print what it says.
 *
 * <p>May import: the JDK, picocli, gRPC, Jackson, {@code proto}, {@code cli.config} for durations
 * and addresses, {@code cli.foreign}, and exit codes, signals and the terminal of {@code cli}.
 */
package dev.portcullis.cli.client;
