/**
 * What idle client connections cost. Not shipped.
 *
 * <p>May import: the JDK, Netty, gRPC, {@code gateway}.
 */
package dev.portcullis.benchmarks.idle;
