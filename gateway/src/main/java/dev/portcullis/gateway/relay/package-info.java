/**
 * Moving message bodies: pieces in, pieces out, as few writes as possible, and a way to know when
 * the other side cannot keep up.
 *
 * <p>May import: the JDK, Netty transport, {@code http1}.
 */
package dev.portcullis.gateway.relay;
