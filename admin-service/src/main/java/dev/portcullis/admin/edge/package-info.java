/**
 * What the edges have in common: who calls, and how often in vain; what the contract says of all
 * that, on which addresses it happens, over how many connections. Translation only; no rule of the
 * product.
 *
 * <p>May import: the JDK, {@code admin.change}, {@code admin.model}, {@code admin.service},
 * {@code admin.store} for its {@code StartException}, gRPC with its own Netty, Protobuf's
 * descriptors.
 */
package dev.portcullis.admin.edge;
