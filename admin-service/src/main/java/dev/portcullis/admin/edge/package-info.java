/**
 * What the gRPC and the REST edge have in common: who calls, how a change's propagation is awaited,
 * what the contract says of all that, on which addresses and threads it happens. Translation only;
 * no rule of the product.
 *
 * <p>May import: the JDK, {@code admin.change}, {@code admin.model}, {@code admin.service},
 * {@code admin.store} for its {@code StartException}, Protobuf's descriptors.
 */
package dev.portcullis.admin.edge;
