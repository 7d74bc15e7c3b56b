/**
 * The demo: a standalone Portcullis in front of an upstream of its own that says what it saw.
 *
 * <p>May import: the JDK, Netty, gRPC, picocli, the rest of {@code cli}, and {@code proto}.
 */
package dev.portcullis.cli.demo;
