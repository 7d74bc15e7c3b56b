/**
 * How a commit reaches every gateway: the feed that streams changes in revision order, the leases
 * under which gateways answer from their caches, and the barrier that waits for both.
 *
 * <p>May import: the JDK, slf4j, {@code admin.store}, {@code admin.model}.
 */
package dev.portcullis.admin.change;
