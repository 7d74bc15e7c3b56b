/**
 * One JSON line for each request, written off the event loop and never with a secret.
 *
 * <p>May import: the JDK, SLF4J, {@code core.access}, {@code core.token}.
 */
package dev.portcullis.gateway.accesslog;
