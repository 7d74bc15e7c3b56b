/**
 * The origin, as gateways speak to it over gRPC: records with the revision they were read at, the
 * stream of changes with its leases, and the report of uses.
 *
 * <p>Gateways of other processes are let in by the credential of their enrolment.
 *
 * <p>May import: the JDK, slf4j, gRPC with its own Netty, {@code proto} (origin), {@code
 * admin.edge}, {@code admin.change}, {@code admin.store}, {@code admin.service}, {@code
 * admin.model}, {@code core}.
 */
package dev.portcullis.admin.origin;
