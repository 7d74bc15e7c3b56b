/**
 * Gateway and admin-service, in one process or each in its own: made, started in the order in which
 * they need each other, and stopped in reverse; the link between them; and the management port.
 *
 * <p>May import: the JDK, gRPC, Prometheus, SLF4J, {@code gateway}, {@code admin}, {@code
 * cli.config}, and exit codes and version of {@code cli}.
 */
package dev.portcullis.cli.server;
