package dev.portcullis.gateway.trace;

import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;

/** By which OpenTelemetry's exporter finds the sender. */
public final class HttpSpanSenderProvider implements HttpSenderProvider {
    /** For {@link java.util.ServiceLoader}. */
    public HttpSpanSenderProvider() {}

    @Override
    public HttpSender createSender(HttpSenderConfig config) {
        return new HttpSpanSender(config);
    }
}
