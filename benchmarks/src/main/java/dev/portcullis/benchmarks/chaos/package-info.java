/**
 * A whole deployment under load, with changes at random and faults: counts what was accepted that
 * should not have been, and what was refused that should not. Not shipped.
 *
 * <p>May import: the JDK, gRPC, Protobuf, HdrHistogram, {@code proto} and {@code benchmarks.stage}.
 */
package dev.portcullis.benchmarks.chaos;
