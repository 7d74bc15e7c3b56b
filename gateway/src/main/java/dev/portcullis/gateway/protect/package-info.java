/**
 * What keeps the gateway standing whatever clients do: bounded counters of connections, failed
 * attempts and requests, and the rules by which a proxy in front is believed.
 *
 * <p>May import: the JDK, Netty buffers, {@code core.access}, {@code http1}.
 */
package dev.portcullis.gateway.protect;
