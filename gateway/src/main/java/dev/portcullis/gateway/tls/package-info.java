/**
 * TLS: certificates from files that are read again when they change, and what is known of a client
 * by its certificate.
 *
 * <p>May import: the JDK, Netty handlers and codecs, {@code core.access}, SLF4J.
 */
package dev.portcullis.gateway.tls;
