package dev.portcullis.gateway.http1;

import java.util.Arrays;

/**
 * The head of a response, read as strictly as a request's: an upstream is not trusted to frame its
 * messages well, only to be where its clients want to go.
 */
public final class ResponseHead extends MessageHead {
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final Framing framing = new Framing();
    private byte[] added;
    private final WebSocketFields webSocket = new WebSocketFields();
    private int status;
    private int minorVersion;
    private int reasonFrom;
    private int reasonTo;

    public ResponseHead(HeadLimits limits) {
        super(limits);
        clear();
    }

    @Override
    public void clear() {
        super.clear();
        framing.clear();
        webSocket.clear();
        status = 0;
        added = null;
    }

    /** Adds whole fields, with their line ends, to what goes on to the client. */
    public void add(byte[] fields) {
        added = fields;
    }

    /** The fields that the gateway adds; null for none. */
    public byte[] added() {
        return added;
    }

    @Override
    HeadProblem startLine(int from, int to) {
        byte[] bytes = bytes();
        if (to - from < STATUS_AT + 4
                || bytes[from] != 'H' || bytes[from + 1] != 'T' || bytes[from + 2] != 'T'
                || bytes[from + 3] != 'P' || bytes[from + 4] != '/' || bytes[from + 5] != '1'
                || bytes[from + 6] != '.'
                || bytes[from + 7] != '0' && bytes[from + 7] != '1'
                || bytes[from + 8] != Octets.SP || bytes[from + STATUS_AT + 3] != Octets.SP) {
            return HeadProblem.MALFORMED;
        }
        minorVersion = bytes[from + 7] - '0';
        int code = 0;
        for (int i = from + STATUS_AT; i < from + STATUS_AT + 3; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return HeadProblem.MALFORMED;
            }
            code = code * 10 + bytes[i] - '0';
        }
        status = code;
        reasonFrom = from + STATUS_AT + 4;
        reasonTo = to;
        boolean wellFormed =
                code >= 100 && code < 600 && Octets.isFieldValue(bytes, reasonFrom, to);
        return wellFormed ? null : HeadProblem.MALFORMED;
    }

    @Override
    HeadProblem known(FieldName name, int from, int to) {
        if (name == FieldName.UPGRADE) {
            webSocket.upgrade(bytes(), from, to);
        } else if (name == FieldName.SEC_WEBSOCKET_ACCEPT) {
            webSocket.accept(from, to);
        }
        boolean wellFormed = switch (name) {
            case CONTENT_LENGTH -> framing.contentLength(bytes(), from, to);
            case TRANSFER_ENCODING -> framing.transferEncoding(bytes(), from, to);
            case CONNECTION -> framing.connection(bytes(), from, to);
            default -> true;
        };
        return wellFormed ? null : HeadProblem.MALFORMED;
    }

    @Override
    HeadProblem check() {
        boolean codingForbidden = minorVersion == 0 || status < 200 || status == 204;
        boolean ambiguous = framing.bodyIsAmbiguous() || framing.chunked() && codingForbidden;
        return ambiguous ? HeadProblem.MALFORMED : null;
    }

    public int status() {
        return status;
    }

    /** Whether this is an interim response (1xx), which another one follows. */
    public boolean isInterim() {
        return status < 200;
    }

    public int minorVersion() {
        return minorVersion;
    }

    public int reasonFrom() {
        return reasonFrom;
    }

    public int reasonTo() {
        return reasonTo;
    }

    /** Octets of the body as announced, or -1. */
    public long contentLength() {
        return framing.contentLength();
    }

    public boolean chunked() {
        return framing.chunked();
    }

    /** Whether a body follows, given the request's method (RFC 9112, section 6.3). */
    public boolean hasBody(boolean requestWasHead) {
        boolean never = requestWasHead || status < 200 || status == 204 || status == 304;
        return !never && framing.contentLength() != 0;
    }

    /** Whether the connection may be used again after the body. */
    public boolean keepsAlive() {
        return !framing.close() && (minorVersion == 1 || framing.keepAlive());
    }

    /**
     * Whether this switches to WebSocket, as was asked for (RFC 6455, section 4.1).
     *
     * @param accept what the key of the request has to be answered with
     */
    public boolean switchesToWebSocket(byte[] accept) {
        return status == 101 && minorVersion == 1 && framing.upgrade() && webSocket.answer()
                && framing.contentLength() < 0
                && Arrays.equals(bytes(), webSocket.valueFrom(), webSocket.valueTo(),
                        accept, 0, accept.length);
    }

    /** Whether Connection names fields that go no further. */
    public boolean nominatesFields() {
        return framing.nominates();
    }
}
