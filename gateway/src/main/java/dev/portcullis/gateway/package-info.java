/**
 * The data plane, put together: one gateway, from its configuration to its last drained connection.
 *
 * <p>May import: every other package of this module, {@code core.token}, {@code
 * core.access}, gRPC's channel, SLF4J, Netty transport.
 */
package dev.portcullis.gateway;
