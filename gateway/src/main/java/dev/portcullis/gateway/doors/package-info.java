/**
 * Other doors to the same verdict: for proxies that ask before they forward.
 *
 * <p>May import: the JDK, gRPC, {@code proto}, {@code http1}, {@code verdict}, {@code lookup},
 * {@code outcome}, {@code core}, SLF4J.
 */
package dev.portcullis.gateway.doors;
