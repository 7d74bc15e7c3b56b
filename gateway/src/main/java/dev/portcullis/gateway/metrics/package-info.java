/**
 * What a gateway counts, as Prometheus metrics. They are read when they are asked for: the hot path
 * only adds to counters.
 *
 * <p>May import: {@code gateway}, {@code exchange}, {@code outcome}, {@code lookup}, {@code
 * server}, {@code upstream}, {@code accesslog}, the Prometheus client.
 */
package dev.portcullis.gateway.metrics;
