package dev.portcullis.gateway.trace;

import java.net.URI;

/**
 * Whether spans are made of exchanges.
 *
 * @param endpoint where they are sent by OTLP over HTTP; null: none are made
 * @param serviceName under which they are sent; not null
 * @param sampledPercent of the exchanges whose caller has not decided
 */
public record TracingConfig(URI endpoint, String serviceName, int sampledPercent) {
    /** No spans. */
    public static final TracingConfig OFF = new TracingConfig(null, "portcullis", 100);
}
