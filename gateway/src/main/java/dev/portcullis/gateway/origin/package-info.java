/**
 * The way to the admin-service where that is another process: one channel over several addresses,
 * of which one is used at a time.
 *
 * <p>May import: the JDK, gRPC with its own Netty, {@code proto} (origin), SLF4J.
 */
package dev.portcullis.gateway.origin;
