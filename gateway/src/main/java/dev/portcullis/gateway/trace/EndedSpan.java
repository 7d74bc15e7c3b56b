package dev.portcullis.gateway.trace;

import dev.portcullis.gateway.accesslog.Redaction;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.Set;

/**
 * A span that has ended, in the form that OpenTelemetry exports, with the attributes that its
 * conventions for HTTP name. No query, no header and no credential is among them.
 */
final class EndedSpan implements SpanData {
    private static final InstrumentationScopeInfo SCOPE =
            InstrumentationScopeInfo.create("portcullis");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE",
            "CONNECT", "OPTIONS", "TRACE", "PATCH");
    private static final int TEXT_MAX = 2048;
    private static final int NAME_MAX = 256;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;

    private final SpanKind kind;
    private final String name;
    private final SpanContext own;
    private final SpanContext parent;
    private final long from;
    private final long to;
    private final Attributes attributes;
    private final boolean error;
    private final Resource resource;

    private EndedSpan(
            ExchangeTrace trace, ExchangeTrace.Try attempt, Attributes attributes, boolean error,
            Resource resource) {
        ExchangeTrace.Told told = trace.told;
        kind = attempt == null ? SpanKind.SERVER : SpanKind.CLIENT;
        String method = METHODS.contains(told.method) ? told.method : "HTTP";
        name = attempt == null && told.route != null ? method + ' ' + told.route : method;
        String traceId = trace.traceId();
        own = context(traceId, attempt == null ? trace.span : attempt.span);
        long above = attempt == null ? trace.parentSpan() : trace.span;
        parent = above == 0 ? SpanContext.getInvalid() : context(traceId, above);
        from = epochNanos(told, attempt == null ? told.beganNanos : attempt.beganNanos);
        to = epochNanos(told, attempt == null ? told.endedNanos : attempt.endedNanos);
        this.attributes = attributes;
        this.error = error;
        this.resource = resource;
    }

    /** The spans of an exchange: its own, and one for each time it was sent. */
    static void of(ExchangeTrace trace, Resource resource, List<SpanData> to) {
        ExchangeTrace.Told told = trace.told;
        boolean failed = told.status >= SERVER_ERROR || told.code != null && told.status == 0;
        to.add(new EndedSpan(trace, null, ofExchange(told, failed), failed, resource));
        for (int i = 0; i < trace.tries.size(); i++) {
            ExchangeTrace.Try attempt = trace.tries.get(i);
            boolean wrong = attempt.error != null || attempt.status >= CLIENT_ERROR;
            to.add(new EndedSpan(trace, attempt, ofTry(told, attempt, i), wrong, resource));
        }
    }

    private static Attributes ofExchange(ExchangeTrace.Told told, boolean failed) {
        AttributesBuilder all = Attributes.builder();
        method(told, all);
        text(all, "url.path", told.path, TEXT_MAX);
        text(all, "url.scheme", told.scheme, NAME_MAX);
        text(all, "http.route", told.route, NAME_MAX);
        text(all, "client.address", told.client, NAME_MAX);
        text(all, "network.protocol.version", told.protocolVersion, NAME_MAX);
        text(all, "user.id", told.userId, NAME_MAX);
        text(all, "portcullis.application", told.application, NAME_MAX);
        text(all, "portcullis.request_id", told.requestId, NAME_MAX);
        text(all, "portcullis.outcome", told.outcome, NAME_MAX);
        text(all, "portcullis.code", told.code, NAME_MAX);
        status(all, told.status);
        if (failed) {
            text(all, "error.type", told.code == null ? "" + told.status : told.code, NAME_MAX);
        }
        return all.build();
    }

    private static Attributes ofTry(
            ExchangeTrace.Told told, ExchangeTrace.Try attempt, int before) {
        AttributesBuilder all = Attributes.builder();
        method(told, all);
        text(all, "server.address", attempt.host, NAME_MAX);
        all.put(AttributeKey.longKey("server.port"), (long) attempt.port);
        status(all, attempt.status);
        if (before > 0) {
            all.put(AttributeKey.longKey("http.request.resend_count"), (long) before);
        }
        if (attempt.error != null) {
            text(all, "error.type", attempt.error, NAME_MAX);
        } else if (attempt.status >= CLIENT_ERROR) {
            text(all, "error.type", "" + attempt.status, NAME_MAX);
        }
        return all.build();
    }

    private static void method(ExchangeTrace.Told told, AttributesBuilder all) {
        boolean known = METHODS.contains(told.method);
        text(all, "http.request.method", known ? told.method : "_OTHER", NAME_MAX);
        if (!known) {
            text(all, "http.request.method_original", told.method, NAME_MAX);
        }
    }

    private static void status(AttributesBuilder all, int status) {
        if (status > 0) {
            all.put(AttributeKey.longKey("http.response.status_code"), (long) status);
        }
    }

    /** Redacted before it is cut: a token across the cut would lose the form it is known by. */
    private static void text(AttributesBuilder all, String key, String value, int max) {
        if (value != null) {
            String clean = Redaction.redact(value);
            all.put(AttributeKey.stringKey(key),
                    clean.length() > max ? clean.substring(0, max) : clean);
        }
    }

    private static SpanContext context(String traceId, long span) {
        return SpanContext.create(traceId, TraceParent.hex(span, 16), TraceFlags.getSampled(),
                TraceState.getDefault());
    }

    private static long epochNanos(ExchangeTrace.Told told, long nanos) {
        return told.beganMillis * NANOS_PER_MILLI + nanos - told.beganNanos;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public SpanKind getKind() {
        return kind;
    }

    @Override
    public SpanContext getSpanContext() {
        return own;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent;
    }

    @Override
    public StatusData getStatus() {
        return error ? StatusData.error() : StatusData.unset();
    }

    @Override
    public long getStartEpochNanos() {
        return from;
    }

    @Override
    public long getEndEpochNanos() {
        return to;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface has no other form of it that is not
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create("portcullis", null);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
