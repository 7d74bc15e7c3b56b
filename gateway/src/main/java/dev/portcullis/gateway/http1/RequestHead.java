package dev.portcullis.gateway.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of a request, read strictly (RFC 9112, section 3; RFC 3986 for the target): exactly one
 * Host, a body whose end is beyond doubt, a target without raw octets that URIs do not have.
 */
public final class RequestHead extends MessageHead {
    private static final byte[] ROOT = {'/'};
    private static final byte[] TRACEPARENT = HeadWriter.ascii("traceparent");
    private static final byte[] TRACESTATE = HeadWriter.ascii("tracestate");
    private static final String[] COMMON_METHODS = {
        "GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"
    };

    private static final int PLAIN = 1;
    private static final int SLASH = 2;
    private static final int DOT = 3;
    private static final int PERCENT = 4;
    private static final int PARAMETER = 5;
    private static final int QUERY = 6;
    /** What each octet is in a target; 0 for what RFC 3986 does not allow there. */
    private static final byte[] TARGET = new byte[256];

    static {
        for (int c = '!'; c <= '~'; c++) {
            TARGET[c] = (byte) ("\"#<>[\\]^`{|}".indexOf(c) >= 0 ? 0 : PLAIN);
        }
        TARGET['/'] = SLASH;
        TARGET['.'] = DOT;
        TARGET['%'] = PERCENT;
        TARGET[';'] = PARAMETER;
        TARGET['?'] = QUERY;
    }

    private final Framing framing = new Framing();
    private final WebSocketFields webSocket = new WebSocketFields();
    private int methodFrom;
    private int methodTo;
    private int targetTo;
    private int minorVersion;

    /** The path in normal form where that differs from what was sent; null otherwise. */
    private byte[] rewrittenPath;
    private int pathFrom;
    private int pathTo;
    private int queryFrom;
    private boolean pathNormal;

    private int authorityFrom;
    private int authorityTo;
    private int hostFrom;
    private int hostTo;
    private int hosts;
    private int authorization;
    private int apiKey;
    private int credentials;
    private boolean expectsContinue;
    private int contentTypes;
    private boolean grpc;
    private int grpcTimeouts;
    private long grpcTimeout;
    private boolean overHttp2;
    private byte[] traceparent;
    private boolean keepsTracestate;

    public RequestHead(HeadLimits limits) {
        super(limits);
        clear();
    }

    @Override
    public void clear() {
        super.clear();
        framing.clear();
        webSocket.clear();
        rewrittenPath = null;
        authorityFrom = -1;
        hosts = 0;
        authorization = -1;
        apiKey = -1;
        credentials = 0;
        expectsContinue = false;
        contentTypes = 0;
        grpc = false;
        grpcTimeouts = 0;
        grpcTimeout = GrpcTimeout.NONE;
        overHttp2 = false;
        traceparent = null;
        methodFrom = 0;
        methodTo = 0;
        minorVersion = 1;
    }

    @Override
    boolean toleratesBlankLine() {
        return true;
    }

    @Override
    HeadProblem startLine(int from, int to) {
        byte[] bytes = bytes();
        int at = from;
        while (at < to && Octets.isToken(bytes[at])) {
            at++;
        }
        if (at == from || at == to || bytes[at] != Octets.SP) {
            return HeadProblem.MALFORMED;
        }
        methodFrom = from;
        methodTo = at;
        int targetFrom = at + 1;
        targetTo = to - " HTTP/1.1".length();
        if (targetTo <= targetFrom || bytes[targetTo] != Octets.SP) {
            return HeadProblem.MALFORMED;
        }
        HeadProblem wrong = version(targetTo + 1);
        return wrong == null ? target(targetFrom) : wrong;
    }

    private HeadProblem version(int from) {
        byte[] bytes = bytes();
        boolean wellFormed = bytes[from] == 'H' && bytes[from + 1] == 'T' && bytes[from + 2] == 'T'
                && bytes[from + 3] == 'P' && bytes[from + 4] == '/'
                && Octets.isDigit(bytes[from + 5]) && bytes[from + 6] == '.'
                && Octets.isDigit(bytes[from + 7]);
        if (!wellFormed) {
            return HeadProblem.MALFORMED;
        }
        minorVersion = bytes[from + 7] - '0';
        return bytes[from + 5] == '1' && minorVersion <= 1 ? null : HeadProblem.VERSION_UNSUPPORTED;
    }

    /** Any of the four forms of a target (RFC 9112, section 3.2). */
    private HeadProblem target(int from) {
        byte[] bytes = bytes();
        if (bytes[from] == '/') {
            return path(from);
        }
        int authority = from + "http://".length();
        if (targetTo > authority && Octets.equalsIgnoreCase(bytes, from, authority, "http://")) {
            int at = authority;
            while (at < targetTo && bytes[at] != '/' && bytes[at] != '?') {
                at++;
            }
            authorityFrom = authority;
            authorityTo = at;
            return at < targetTo && bytes[at] == '/' ? path(at) : emptyPath(at);
        }
        boolean asterisk = targetTo - from == 1 && bytes[from] == '*' && methodIs("OPTIONS");
        boolean tunnel = methodIs("CONNECT") && Authority.isWellFormed(bytes, from, targetTo);
        if (!asterisk && !tunnel) {
            return HeadProblem.MALFORMED;
        }
        pathFrom = from;
        pathTo = targetTo;
        queryFrom = targetTo;
        pathNormal = true;
        return null;
    }

    /** An absolute-form without path means {@code /} (RFC 9112, section 3.2.1). */
    private HeadProblem emptyPath(int from) {
        HeadProblem wrong = path(from);
        normalizedPath(ROOT);
        return wrong;
    }

    private HeadProblem path(int from) {
        byte[] bytes = bytes();
        boolean normal = true;
        boolean afterSlash = false;
        int at = from;
        scan:
        for (; at < targetTo; at++) {
            int kind = TARGET[bytes[at] & 0xff];
            switch (kind) {
                case PLAIN -> afterSlash = false;
                case SLASH -> {
                    normal &= !afterSlash;
                    afterSlash = true;
                }
                case DOT -> {
                    normal &= !afterSlash;
                    afterSlash = false;
                }
                case PERCENT, PARAMETER -> {
                    normal = false;
                    afterSlash = false;
                }
                case QUERY -> {
                    break scan;
                }
                default -> {
                    return HeadProblem.MALFORMED;
                }
            }
        }
        pathFrom = from;
        pathTo = at;
        queryFrom = at;
        pathNormal = normal;
        return escapesAreWellFormed(from) ? null : HeadProblem.MALFORMED;
    }

    private boolean escapesAreWellFormed(int from) {
        byte[] bytes = bytes();
        int at = pathNormal ? queryFrom : from; // a normal path has no escapes
        for (; at < targetTo; at++) {
            int kind = TARGET[bytes[at] & 0xff];
            boolean escape = kind == PERCENT;
            if (kind == 0 || escape && (targetTo - at < 3
                    || Octets.hex(bytes[at + 1]) < 0 || Octets.hex(bytes[at + 2]) < 0)) {
                return false;
            }
        }
        return true;
    }

    @Override
    HeadProblem known(FieldName name, int from, int to) {
        byte[] bytes = bytes();
        boolean wellFormed = true;
        switch (name) {
            case HOST -> {
                hosts++;
                hostFrom = from;
                hostTo = to;
                wellFormed = Authority.isWellFormed(bytes, from, to);
            }
            case CONTENT_LENGTH -> wellFormed = framing.contentLength(bytes, from, to);
            case TRANSFER_ENCODING -> wellFormed = framing.transferEncoding(bytes, from, to);
            case CONNECTION -> wellFormed = framing.connection(bytes, from, to);
            case UPGRADE -> webSocket.upgrade(bytes, from, to);
            case SEC_WEBSOCKET_KEY -> webSocket.key(bytes, from, to);
            case SEC_WEBSOCKET_VERSION -> webSocket.version(bytes, from, to);
            case AUTHORIZATION -> {
                credentials++;
                authorization = fields() - 1;
            }
            case X_API_KEY -> {
                credentials++;
                apiKey = fields() - 1;
            }
            case EXPECT -> {
                if (!Octets.equalsIgnoreCase(bytes, from, to, "100-continue")) {
                    return HeadProblem.EXPECTATION_UNKNOWN;
                }
                expectsContinue = true;
            }
            case GRPC_TIMEOUT -> {
                grpcTimeouts++;
                grpcTimeout = GrpcTimeout.nanos(bytes, from, to);
            }
            // where there are two, the application may go by the other one: that is no call
            case CONTENT_TYPE -> grpc = ++contentTypes == 1 && isGrpc(bytes, from, to);
            default -> { }
        }
        return wellFormed ? null : HeadProblem.MALFORMED;
    }

    private static boolean isGrpc(byte[] bytes, int from, int to) {
        return to - from >= 16
                && Octets.equalsIgnoreCase(bytes, from, from + 16, "application/grpc")
                && (to - from == 16 || bytes[from + 16] == '+' || bytes[from + 16] == ';');
    }

    @Override
    HeadProblem check() {
        if (grpc && grpcTimeouts > 0
                && (grpcTimeouts > 1 || grpcTimeout == GrpcTimeout.MALFORMED)) {
            return HeadProblem.MALFORMED;
        }
        boolean hostMissing = hosts == 0 && minorVersion == 1;
        boolean oldChunked = framing.chunked() && minorVersion == 0;
        if (hosts > 1 || hostMissing || oldChunked || framing.bodyIsAmbiguous()
                || authorityFrom >= 0 && !authorityIsHost()) {
            return HeadProblem.MALFORMED;
        }
        return null;
    }

    /** An absolute-form that names another host than Host does could be read in two ways. */
    private boolean authorityIsHost() {
        byte[] bytes = bytes();
        if (hosts == 0 || authorityTo - authorityFrom != hostTo - hostFrom) {
            return false;
        }
        for (int i = 0; i < hostTo - hostFrom; i++) {
            if (Character.toLowerCase(bytes[authorityFrom + i])
                    != Character.toLowerCase(bytes[hostFrom + i])) {
                return false;
            }
        }
        return true;
    }

    /**
     * The request is part of a trace in which the gateway has its own part: the caller's trace
     * context (W3C) does not go upstream as it came.
     *
     * @param parent goes instead of the caller's {@code traceparent}
     * @param keepsState whether the caller's {@code tracestate} goes on
     */
    public void traced(byte[] parent, boolean keepsState) {
        traceparent = parent;
        keepsTracestate = keepsState;
    }

    /** What is sent as {@code traceparent}; null when what came goes on as it is. */
    public byte[] traceparent() {
        return traceparent;
    }

    /** Whether a field gives way to the gateway's trace context. */
    public boolean isOutdatedTrace(int field) {
        return isTraceparent(field) || !keepsTracestate && isTracestate(field);
    }

    /** Whether a field is a {@code traceparent}. */
    public boolean isTraceparent(int field) {
        return nameIs(field, TRACEPARENT);
    }

    /** Whether a field is a {@code tracestate}. */
    public boolean isTracestate(int field) {
        return nameIs(field, TRACESTATE);
    }

    private boolean nameIs(int field, byte[] lower) {
        int from = nameFrom(field);
        if (nameTo(field) - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (Octets.folded(bytes()[from + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** Replaces the path by its normal form, which every later station sees instead. */
    public void normalizedPath(byte[] path) {
        rewrittenPath = path;
        pathFrom = 0;
        pathTo = path.length;
        pathNormal = true;
    }

    /** Whether the path is in normal form: nothing escaped, no dot segment, no empty segment. */
    public boolean pathIsNormal() {
        return pathNormal;
    }

    /** The array the path stands in, from {@link #pathFrom} to {@link #pathTo}. Read only. */
    public byte[] pathBytes() {
        return rewrittenPath == null ? bytes() : rewrittenPath;
    }

    public int pathFrom() {
        return pathFrom;
    }

    public int pathTo() {
        return pathTo;
    }

    /** Where the query begins, with its question mark; {@link #queryTo} when there is none. */
    public int queryFrom() {
        return queryFrom;
    }

    public int queryTo() {
        return targetTo;
    }

    public boolean methodIs(String method) {
        if (methodTo - methodFrom != method.length()) {
            return false;
        }
        byte[] bytes = bytes();
        for (int i = 0; i < method.length(); i++) {
            if (bytes[methodFrom + i] != method.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public int methodFrom() {
        return methodFrom;
    }

    public int methodTo() {
        return methodTo;
    }

    /** The method, case-sensitive, without garbage for those that are common. */
    public String method() {
        for (String common : COMMON_METHODS) {
            if (methodIs(common)) {
                return common;
            }
        }
        return text(methodFrom, methodTo);
    }

    /** The path as text, for logs. */
    public String path() {
        return new String(pathBytes(), pathFrom, pathTo - pathFrom, StandardCharsets.ISO_8859_1);
    }

    /** 0 or 1. */
    public int minorVersion() {
        return minorVersion;
    }

    /** The request came over HTTP/2, and was translated into this head. */
    public void cameOverHttp2() {
        overHttp2 = true;
    }

    /** What the request really came over. */
    public Protocol protocol() {
        if (overHttp2) {
            return Protocol.HTTP_2;
        }
        return minorVersion == 0 ? Protocol.HTTP_1_0 : Protocol.HTTP_1_1;
    }

    /** Whether there is a Host (always, but in HTTP/1.0). */
    public boolean hasHost() {
        return hosts == 1;
    }

    public int hostFrom() {
        return hostFrom;
    }

    public int hostTo() {
        return hostTo;
    }

    /** How many fields carry a credential. */
    public int credentials() {
        return credentials;
    }

    /** The field Authorization, or -1. */
    public int authorization() {
        return authorization;
    }

    /** The field X-Api-Key, or -1. */
    public int apiKey() {
        return apiKey;
    }

    /** Octets of the body, or -1 when the length is not told in advance (or there is no body). */
    public long contentLength() {
        return framing.contentLength();
    }

    public boolean chunked() {
        return framing.chunked();
    }

    public boolean hasBody() {
        return framing.chunked() || framing.contentLength() > 0;
    }

    /** Whether the client will send another request on this connection. */
    public boolean keepsAlive() {
        return !framing.close() && (minorVersion == 1 || framing.keepAlive());
    }

    /** Whether Connection names fields that go no further. */
    public boolean nominatesFields() {
        return framing.nominates();
    }

    public boolean expectsContinue() {
        return expectsContinue;
    }

    /**
     * Whether this is a WebSocket handshake, and nothing but one (RFC 6455, section 4.1). All else
     * that asks for another protocol is read as if it did not.
     */
    public boolean upgradesToWebSocket() {
        return webSocket.ask() && framing.upgrade() && !framing.close() && minorVersion == 1
                && methodIs("GET") && !hasBody() && !expectsContinue;
    }

    /** The key of a WebSocket handshake: a copy. */
    public byte[] webSocketKey() {
        return Arrays.copyOfRange(bytes(), webSocket.valueFrom(), webSocket.valueTo());
    }

    /** Whether the caller speaks gRPC and wants its errors so. */
    public boolean grpc() {
        return grpc;
    }

    /** How long a gRPC call may take, in nanoseconds; {@code Long.MAX_VALUE}: no bound. */
    public long grpcTimeoutNanos() {
        return grpc ? grpcTimeout : GrpcTimeout.NONE;
    }
}
