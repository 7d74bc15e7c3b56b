/**
 * How a commit reaches every gateway: the feed that streams changes in revision order, the leases
 * under which gateways answer from their caches, the barrier that waits for both, and what replicas
 * that share a database tell one another.
 *
 * <p>May import: the JDK, slf4j, Jackson, {@code admin.store}, {@code admin.model}.
 */
package dev.portcullis.admin.change;
