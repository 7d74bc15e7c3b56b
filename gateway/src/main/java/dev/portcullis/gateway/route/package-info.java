/**
 * From the target of a request to the application it is for, and to what it needs there. The path
 * is brought into its normal form here, once; every later station, and the upstream, sees only
 * that. What is configured is checked and made ready when a table is built.
 *
 * <p>May import: the JDK, {@code http1}, {@code core.access}, Protobuf, Netty
 * buffers.
 */
package dev.portcullis.gateway.route;
