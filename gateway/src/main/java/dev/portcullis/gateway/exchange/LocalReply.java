package dev.portcullis.gateway.exchange;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.Protocol;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.outcome.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The gateway's own responses: problem details (RFC 9457) with a challenge where one is due (RFC
 * 6750, section 3), or a trailers-only reply for gRPC callers. Not thread-safe.
 */
final class LocalReply {
    private static final byte[] NO_BODY = {};
    /** For what the client's connection adds. */
    private static final int LINE_ROOM = 32;
    private static final int GRPC_HTTP_STATUS = 200;

    private final HeadWriter out;
    private final ByteBufAllocator allocator;

    LocalReply(HeadWriter out, ByteBufAllocator allocator) {
        this.out = out;
        this.allocator = allocator;
    }

    /** Sends a refusal to a client, by gRPC's rules or by HTTP's; the status that went out. */
    int send(Refusal refusal, Exchange exchange) {
        String requestId = new String(exchange.requestId(), StandardCharsets.US_ASCII);
        boolean poisoned = refusal.poisonsConnection();
        // a stream is all that HTTP/2 loses: the caller can still be told in its own way
        boolean told = !poisoned || exchange.head().protocol() == Protocol.HTTP_2;
        if (exchange.repliesAsGrpc() && told) {
            grpcHead(refusal, requestId);
            limits(refusal, exchange);
            exchange.downstream().sendLocal(out.take(allocator, LINE_ROOM), NO_BODY, poisoned);
            return GRPC_HTTP_STATUS;
        }
        byte[] body = problem(refusal, requestId).getBytes(StandardCharsets.US_ASCII);
        httpHead(refusal, body.length);
        limits(refusal, exchange);
        exchange.downstream().sendLocal(
                out.take(allocator, body.length + 64), body, poisoned);
        return refusal.status();
    }

    /** When to come again, and how the credential stands with its rate. */
    private void limits(Refusal refusal, Exchange exchange) {
        if (refusal.isTemporary()) {
            out.put("Retry-After: ").putDecimal(exchange.retryAfterSeconds()).endLine();
        }
        if (exchange.rateFields() != null) {
            out.put(exchange.rateFields());
        }
    }

    private void httpHead(Refusal refusal, int length) {
        out.put("HTTP/1.1 ").putDecimal(refusal.status()).put(' ').put(reason(refusal.status()));
        out.put("\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n");
        out.put("Content-Length: ").putDecimal(length).endLine();
        String challenge = challenge(refusal);
        if (challenge != null) {
            out.put("WWW-Authenticate: ").put(challenge).endLine();
        }
        if (refusal == Refusal.METHOD_NOT_ALLOWED) {
            out.put("Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n");
        }
    }

    /** The status of a gRPC call that is broken off in the middle. */
    Trailers trailers(Refusal refusal, Exchange exchange) {
        grpcStatus(refusal, new String(exchange.requestId(), StandardCharsets.US_ASCII));
        ByteBuf octets = out.endLine().take(allocator, 0);
        try {
            Trailers trailers = new Trailers();
            if (trailers.read(octets) != Progress.COMPLETE) {
                throw new IllegalStateException("malformed trailers of our own");
            }
            return trailers;
        } finally {
            octets.release();
        }
    }

    private void grpcHead(Refusal refusal, String requestId) {
        out.put("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nCache-Control: no-store\r\n");
        out.put("Content-Length: 0\r\n");
        grpcStatus(refusal, requestId);
    }

    private void grpcStatus(Refusal refusal, String requestId) {
        Status status = Status.newBuilder()
                .setCode(refusal.grpcStatus())
                .setMessage(refusal.title())
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(refusal.code())
                        .setDomain("portcullis")
                        .putMetadata("request_id", requestId)
                        .build()))
                .build();
        String details =
                Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray());
        out.put("grpc-status: ").putDecimal(refusal.grpcStatus()).endLine();
        out.put("grpc-message: ").put(refusal.title().replace("%", "%25")).endLine();
        out.put("grpc-status-details-bin: ").put(details).endLine();
    }

    private static String problem(Refusal refusal, String requestId) {
        return "{\"type\":\"about:blank\",\"title\":\"" + refusal.title() + "\",\"status\":"
                + refusal.status() + ",\"code\":\"" + refusal.code() + "\",\"request_id\":\""
                + requestId + "\"}\n";
    }

    private static String challenge(Refusal refusal) {
        return switch (refusal) {
            case CREDENTIAL_MISSING -> "Bearer realm=\"portcullis\"";
            case CREDENTIAL_INVALID, CREDENTIAL_EXPIRED, CREDENTIAL_REVOKED ->
                    "Bearer realm=\"portcullis\", error=\"invalid_token\"";
            case CREDENTIAL_AMBIGUOUS -> "Bearer realm=\"portcullis\", error=\"invalid_request\"";
            case ACCESS_DENIED, SOURCE_DENIED, WRITE_DENIED ->
                    "Bearer realm=\"portcullis\", error=\"insufficient_scope\"";
            default -> null;
        };
    }

    private static String reason(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }
}
