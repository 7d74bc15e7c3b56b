/**
 * A deterministic simulation of the propagation of changes: the real classes of gateway and
 * admin-service on threads, clocks, a network and faults that one seed decides.
 *
 * <p>May import: the JDK, gRPC, {@code gateway}, {@code admin}, {@code core}, {@code proto}.
 */
package dev.portcullis.cli.simulation;
