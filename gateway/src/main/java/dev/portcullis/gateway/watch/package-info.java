/**
 * The stream of changes from the origin, and the lease under which the caches may be believed. A
 * change is applied (floors, evictions), then every event loop is passed once, then it is
 * acknowledged; a lease takes effect only behind everything that was sent before it.
 *
 * <p>All of it runs on one control thread; only {@link dev.portcullis.gateway.watch.Lease} is read
 * from others. docs/propagation.md has the rules and their reasons.
 *
 * <p>May import: the JDK, {@code core.token}, {@code proto} (origin), gRPC, SLF4J.
 */
package dev.portcullis.gateway.watch;
