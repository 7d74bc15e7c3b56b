/**
 * Puts the control plane together: store, use cases, feed, leases, origin; and makes the first
 * administrator at the first start.
 *
 * <p>May import: the JDK, slf4j, every other package of this module but {@code rpc} and {@code
 * rest}, {@code core}, gRPC.
 */
package dev.portcullis.admin.bootstrap;
