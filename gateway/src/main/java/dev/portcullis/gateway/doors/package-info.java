/**
 * Other doors to the same verdict: for proxies that ask before they forward.
 *
 * <p>May import: the JDK, gRPC, Envoy's contract, Netty transport and utilities, {@code exchange},
 * {@code http1}, {@code outcome}, {@code rewrite}, {@code upstream}, {@code verdict}, {@code
 * core.access}, SLF4J.
 */
package dev.portcullis.gateway.doors;
