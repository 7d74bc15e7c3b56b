/**
 * Micro-benchmarks of the verdict, each beside a baseline in the same class, and the statistical
 * test that verification takes constant time. Not shipped.
 *
 * <p>May import: the JDK, JMH, Caffeine, Netty, gRPC, {@code proto}, {@code core}, {@code gateway}.
 */
package dev.portcullis.benchmarks;
