/**
 * HTTP/1.1 messages as bytes: heads parsed strictly and in place, bodies taken apart, heads
 * written. What RFC 9112 calls malformed, and what two parsers could read in two ways, is refused
 * here and never repaired; everything behind this package works on the parsed form alone.
 *
 * <p>May import: the JDK, Netty buffers.
 */
package dev.portcullis.gateway.http1;
