/**
 * What many gateways cost one admin-service, and what a confirmed revocation costs beside its
 * commit. Not shipped.
 *
 * <p>May import: the JDK, Netty, gRPC, HdrHistogram, {@code proto}, {@code gateway}, {@code
 * benchmarks.stage} and {@code benchmarks}.
 */
package dev.portcullis.benchmarks.fleet;
