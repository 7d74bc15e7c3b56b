/**
 * What keeps the gateway standing whatever clients do: bounded counters of connections, failed
 * attempts and requests, and the rules by which a proxy in front is believed.
 *
 * <p>May import: the JDK, Netty buffers, Caffeine, {@code core.access}, {@code core.token}, {@code
 * http1}.
 */
package dev.portcullis.gateway.protect;
