package dev.portcullis.gateway.rewrite;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import dev.portcullis.core.access.Permit;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.gateway.http1.ConnectionOptions;
import dev.portcullis.gateway.http1.FieldName;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.Protocol;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.protect.TrustedProxies;
import dev.portcullis.gateway.route.HeaderEdits;
import dev.portcullis.gateway.route.Route;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the head that goes upstream: delete first, then set. Not thread-safe: one for each event
 * loop.
 */
public final class RequestRewriter {
    /** A small body is sent in one write with its head, and so is the line of a chunk. */
    private static final int BODY_ROOM_MAX = 4096;

    private static final int ROOM = 32;
    private static final byte[] HTTP_1_1 = ascii(" HTTP/1.1\r\n");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] EXPECT = ascii("Expect: 100-continue\r\n");
    private static final byte[] UPGRADE = ascii("Connection: Upgrade\r\nUpgrade: websocket\r\n");
    private static final byte[] HOST = ascii("Host: ");
    private static final byte[] TRACEPARENT = ascii("traceparent: ");
    private static final byte[] REQUEST_ID = ascii("X-Request-Id: ");
    private static final byte[] FORWARDED_FOR = ascii("\r\nX-Forwarded-For: ");
    private static final byte[] FORWARDED_HOST = ascii("\r\nX-Forwarded-Host: ");
    private static final byte[] FORWARDED_PROTO = ascii("\r\nX-Forwarded-Proto: ");
    private static final byte[] VIA_1_1 = ascii("\r\nVia: 1.1 portcullis\r\n");
    private static final byte[] VIA_2 = ascii("\r\nVia: 2 portcullis\r\n");
    static final byte[] HTTP = ascii("http");
    static final byte[] HTTPS = ascii("https");
    private static final byte[] USER_ID = ascii("X-Portcullis-User-Id: ");
    private static final byte[] ANSWER = ascii(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nCache-Control: no-store\r\nX-Request-Id: ");
    private static final byte[] USER = ascii("\r\nX-Portcullis-User: ");
    private static final byte[] GROUPS = ascii("X-Portcullis-Groups: ");
    private static final byte[] TOKEN_ID = ascii("X-Portcullis-Token-Id: ");

    private static final Map<UserKind, byte[]> KINDS = new EnumMap<>(UserKind.class);
    private static final Map<Role, byte[]> ROLES = new EnumMap<>(Role.class);

    static {
        for (UserKind kind : UserKind.values()) {
            KINDS.put(kind, ascii("\r\nX-Portcullis-Kind: " + kind.word() + "\r\n"));
        }
        for (Role role : Role.values()) {
            ROLES.put(role, ascii("X-Portcullis-Role: " + role.word() + "\r\n"));
        }
    }

    private final HeadWriter out;
    private final ByteBufAllocator allocator;
    private final TrustedProxies trusted;
    /** Whether the client said in TE that it takes trailers. */
    private boolean trailers;

    /** The rewriter of one loop, which believes these proxies. */
    public RequestRewriter(HeadWriter out, ByteBufAllocator allocator, TrustedProxies trusted) {
        this.out = out;
        this.allocator = allocator;
        this.trusted = trusted;
    }

    /** Who has sent a request over a connection, as far as its peer is believed. */
    public Caller callerOf(Caller peer, RequestHead head) {
        return peer.of(head, trusted);
    }

    /**
     * The request as it goes upstream.
     *
     * @param permit the proof that it may
     * @param route what is changed on the way
     * @param requestId ASCII
     */
    public UpstreamRequest rewrite(
            RequestHead head, Permit permit, Route route, Caller caller, byte[] requestId) {
        HeaderEdits edits = route.request();
        startLine(head, route);
        fields(head, edits);
        framing(head, edits);
        connectionIdentity(head, caller, requestId);
        if (!permit.isAnonymous()) {
            userIdentity(permit);
        }
        if (edits != null) {
            out.put(edits.lines());
        }
        out.endLine();
        int room = (int) Math.min(head.hasBody() ? head.contentLength() + ROOM : 0, BODY_ROOM_MAX);
        return new UpstreamRequest(
                out.take(allocator, room), head.chunked(), head.methodIs("HEAD"), trailers,
                head.upgradesToWebSocket() ? head.webSocketKey() : null);
    }

    /**
     * The answer to another proxy that a request may pass, with the fields that say who calls, for
     * it to set on the request after it has deleted all of ours; without those of the connection,
     * and no empty line.
     *
     * @param permit the proof that it may
     * @param requestId ASCII
     */
    public ByteBuf answer(Permit permit, byte[] requestId) {
        out.put(ANSWER).put(requestId).endLine();
        if (!permit.isAnonymous()) {
            userIdentity(permit);
        }
        return out.take(allocator, ROOM);
    }

    private void startLine(RequestHead head, Route route) {
        out.put(head.bytes(), head.methodFrom(), head.methodTo()).put(' ');
        byte[] prefix = route.prefix();
        if (prefix == null) {
            out.put(head.pathBytes(), head.pathFrom(), head.pathTo());
        } else {
            path(head, prefix, head.pathFrom() + route.pathLength());
        }
        out.put(head.bytes(), head.queryFrom(), head.queryTo()).put(HTTP_1_1);
    }

    /**
     * The path with another prefix. Both parts are in normal form and meet at a slash, so that what
     * they make is in normal form and begins with the prefix.
     */
    private void path(RequestHead head, byte[] prefix, int restFrom) {
        out.put(prefix);
        if (restFrom < head.pathTo()) {
            out.put(head.pathBytes(), restFrom, head.pathTo());
        } else if (prefix.length == 0) {
            out.put('/');
        }
    }

    /** Everything that means nothing to us goes on as it came; the rest is dropped here. */
    private void fields(RequestHead head, HeaderEdits edits) {
        boolean nominates = head.nominatesFields();
        boolean traced = head.traceparent() != null;
        trailers = false;
        for (int field = 0; field < head.fields(); field++) {
            boolean passes = switch (head.name(field)) {
                case OTHER -> !traced || !head.isOutdatedTrace(field);
                case HOST, CONTENT_LENGTH, CONTENT_TYPE, GRPC_TIMEOUT, VIA -> head.isExact(field);
                case TE -> {
                    trailers |= head.isExact(field) && ConnectionOptions.listsTrailers(head, field);
                    yield false;
                }
                case SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, SEC_WEBSOCKET ->
                        head.isExact(field) && head.upgradesToWebSocket();
                default -> false;
            };
            boolean nominated = nominates && head.name(field) == FieldName.OTHER
                    && ConnectionOptions.nominate(head, field);
            if (passes && !nominated && (edits == null || !edits.remove(head, field))) {
                out.putField(head, field);
            }
        }
    }

    private void framing(RequestHead head, HeaderEdits edits) {
        if (head.chunked()) {
            out.put(CHUNKED);
        }
        if (head.expectsContinue() && head.minorVersion() == 1) {
            out.put(EXPECT);
        }
        if (head.upgradesToWebSocket()) {
            out.put(UPGRADE);
        }
        if (!head.hasHost() && (edits == null || !edits.setsHost())) {
            // HTTP/1.0 may come without; what we send is HTTP/1.1 and may not
            out.put(HOST).put("localhost").endLine();
        }
    }

    private void connectionIdentity(RequestHead head, Caller caller, byte[] requestId) {
        if (head.traceparent() != null) {
            out.put(TRACEPARENT).put(head.traceparent()).endLine();
        }
        out.put(REQUEST_ID).put(requestId);
        out.put(FORWARDED_FOR);
        Forwarded told = caller.forwarded();
        if (told != null && told.chain().length > 0) {
            out.put(told.chain()).put(", ");
        }
        out.put(caller.address());
        if (told != null && told.host() != null) {
            out.put(FORWARDED_HOST).put(told.host());
        } else if (head.hasHost()) {
            out.put(FORWARDED_HOST).put(head.bytes(), head.hostFrom(), head.hostTo());
        }
        byte[] proto = caller.secure() ? HTTPS : HTTP;
        out.put(FORWARDED_PROTO).put(told == null || told.proto() == null ? proto : told.proto());
        out.put(head.protocol() == Protocol.HTTP_2 ? VIA_2 : VIA_1_1);
    }

    private void userIdentity(Permit permit) {
        Principal principal = permit.principal();
        out.put(USER_ID).putEncoded(principal.userId());
        out.put(USER).putEncoded(principal.name());
        out.put(KINDS.get(principal.kind()));
        List<String> groups = principal.groups();
        if (!groups.isEmpty()) {
            out.put(GROUPS);
            for (int i = 0; i < groups.size(); i++) {
                out.put(i == 0 ? "" : ",").putEncoded(groups.get(i));
            }
            out.endLine();
        }
        out.put(ROLES.get(permit.role())).put(TOKEN_ID);
        TokenPrefix prefix = permit.credential();
        for (int i = 0; i < TokenPrefix.LENGTH; i++) {
            out.put((char) prefix.characterAt(i));
        }
        out.endLine();
    }
}
