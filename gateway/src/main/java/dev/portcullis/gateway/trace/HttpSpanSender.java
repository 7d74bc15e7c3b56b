package dev.portcullis.gateway.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Consumer;

/** Sends what OpenTelemetry exports by the JDK's own HTTP client, and so brings none along. */
final class HttpSpanSender implements HttpSender {
    private static final byte[] NO_BODY = {};

    private final HttpSenderConfig config;
    private final HttpClient client;

    HttpSpanSender(HttpSenderConfig config) {
        this.config = config;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(config.getConnectTimeout());
        if (config.getSslContext() != null) {
            builder.sslContext(config.getSslContext());
        }
        client = builder.build();
    }

    @Override
    public void send(
            MessageWriter writer, Consumer<HttpResponse> answered, Consumer<Throwable> failed) {
        try {
            ByteArrayOutputStream body =
                    new ByteArrayOutputStream(Math.max(writer.getContentLength(), 32));
            writer.writeMessage(body);
            HttpRequest.Builder request = HttpRequest.newBuilder(config.getEndpoint())
                    .timeout(config.getTimeout())
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
            config.getHeadersSupplier().get().forEach((name, values) ->
                    values.forEach(value -> request.header(name, value)));
            request.setHeader("Content-Type", config.getContentType());
            // what the collector has to say is not looked at: however much it is, it is not kept
            client.sendAsync(request.build(), BodyHandlers.discarding())
                    .whenComplete((response, error) -> {
                        if (error == null) {
                            answered.accept(new Answer(response.statusCode()));
                        } else {
                            failed.accept(error);
                        }
                    });
        } catch (IOException | RuntimeException e) {
            failed.accept(e);
        }
    }

    private record Answer(int status) implements HttpResponse {
        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        public String getStatusMessage() {
            return "";
        }

        @Override
        public byte[] getResponseBody() {
            return NO_BODY;
        }
    }

    @Override
    public CompletableResultCode shutdown() {
        return CompletableResultCode.ofSuccess();
    }
}
