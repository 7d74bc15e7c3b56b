/**
 * What the gRPC and the REST edge have in common: who calls, how a change's propagation is awaited,
 * on which addresses and threads all that happens. Translation only; no rule of the product.
 *
 * <p>May import: the JDK, {@code admin.change}, {@code admin.model}, {@code admin.service},
 * {@code admin.store} for its {@code StartException}.
 */
package dev.portcullis.admin.edge;
