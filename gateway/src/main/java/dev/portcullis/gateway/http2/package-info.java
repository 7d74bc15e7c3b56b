/**
 * HTTP/2 messages (RFC 9113, section 8) to and from the octets of HTTP/1.1 heads, which are the one
 * form that every station works on. What comes is checked by the rules of HTTP/2 first, so that
 * nothing that means one thing there means another thing here.
 *
 * <p>May import: the JDK, Netty buffers, Netty HTTP codec, {@code http1}.
 */
package dev.portcullis.gateway.http2;
