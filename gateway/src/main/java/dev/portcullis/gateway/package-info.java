/**
 * The data plane, put together: one gateway, from its configuration to its last drained connection.
 *
 * <p>May import: every package of the gateway, core {@code token}, gRPC's channel, Netty transport.
 */
package dev.portcullis.gateway;
