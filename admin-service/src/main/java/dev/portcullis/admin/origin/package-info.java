/**
 * The origin, as gateways speak to it over gRPC: records with the revision they were read at, the
 * stream of changes with its leases, and the report of uses.
 *
 * <p>May import: the JDK, slf4j, gRPC, {@code proto} (origin), {@code
 * admin.change}, {@code admin.store}, {@code admin.service}, {@code admin.model}, {@code core}.
 */
package dev.portcullis.admin.origin;
