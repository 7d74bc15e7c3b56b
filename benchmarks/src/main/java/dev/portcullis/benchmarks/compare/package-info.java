/**
 * The load comparison: the gateway, other proxies and bare relays, each in front of the same
 * upstream and driven in turn by the same client; each a process of its own. Not shipped.
 *
 * <p>May import: the JDK, Netty, HdrHistogram, gRPC, {@code proto}, {@code core}, {@code
 * benchmarks} and {@code benchmarks.stage}.
 */
package dev.portcullis.benchmarks.compare;
