/**
 * Trace context (W3C) and spans of exchanges. Nothing here costs anything unless it is turned on:
 * {@link dev.portcullis.gateway.trace.Tracing} alone knows of OpenTelemetry, and loads it when it
 * is started.
 *
 * <p>May import: the JDK, OpenTelemetry, {@code http1}, {@code accesslog}, SLF4J.
 */
package dev.portcullis.gateway.trace;
