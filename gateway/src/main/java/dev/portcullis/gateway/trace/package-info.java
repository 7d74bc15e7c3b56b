/**
 * Trace context (W3C) and spans of exchanges. Nothing here costs anything unless it is turned on.
 *
 * <p>May import: the JDK, OpenTelemetry, {@code http1}, SLF4J.
 */
package dev.portcullis.gateway.trace;
