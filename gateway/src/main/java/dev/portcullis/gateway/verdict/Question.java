package dev.portcullis.gateway.verdict;

import dev.portcullis.gateway.http1.FieldName;
import dev.portcullis.gateway.http1.HeadLimits;
import dev.portcullis.gateway.http1.HeadWriter;
import dev.portcullis.gateway.http1.MessageHead.Progress;
import dev.portcullis.gateway.http1.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * The request that another proxy asks about before it forwards it. It is written as the head it
 * would have come with, and read by the one strict parser, so that it is judged by the very rules
 * of a request that comes by itself. Stateless; any thread.
 *
 * <p>Over HTTP (nginx {@code auth_request}, Caddy {@code forward_auth}, Traefik {@code
 * forwardAuth}) the asker sends the fields of the request, and its method, target and host in
 * fields of their own. Anybody may ask: the answer tells no more than the same credential would be
 * told for the request itself.
 */
public final class Question {
    /** Where it is asked over HTTP. */
    public static final String PATH = "/.portcullis/auth";

    private static final byte[] PATH_OCTETS = HeadWriter.ascii(PATH);
    private static final HeadLimits LIMITS = new HeadLimits(64 * 1024, 32 * 1024, 200);
    private static final byte[] HTTP_1_1 = HeadWriter.ascii(" HTTP/1.1\r\nHost: ");

    private Question() {}

    /** Whether that is what a request is for. */
    public static boolean isAsked(RequestHead head) {
        int length = head.pathTo() - head.pathFrom();
        if (length != PATH_OCTETS.length) {
            return false;
        }
        byte[] path = head.pathBytes();
        for (int i = 0; i < length; i++) {
            if (path[head.pathFrom() + i] != PATH_OCTETS[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The request that is asked about over HTTP.
     *
     * @return null when it is malformed, when no method or no target is named, or when one is named
     *     in two ways
     */
    public static RequestHead of(RequestHead asker) {
        Claims claims = new Claims();
        HeadWriter fields = new HeadWriter();
        for (int field = 0; field < asker.fields(); field++) {
            if (!claims.take(asker, field) && passes(asker.name(field))) {
                fields.putField(asker, field);
            }
        }
        if (claims.contradictory || claims.method == null || claims.target == null) {
            return null;
        }
        if (claims.host == null && asker.hasHost()) {
            claims.host = asker.text(asker.hostFrom(), asker.hostTo());
        }
        return read(claims.method, claims.target, claims.host, fields);
    }

    /**
     * The request that is asked about by its parts.
     *
     * @param target with the query
     * @param headers names in lower case
     * @return null when it is malformed
     */
    public static RequestHead of(
            String method, String target, String host, Map<String, String> headers) {
        HeadWriter fields = new HeadWriter();
        for (Map.Entry<String, String> header : headers.entrySet()) {
            // pseudo-fields of HTTP/2 are what method, target and host say already
            if (header.getKey().startsWith(":")) {
                continue;
            }
            if (hasLineEnd(header.getKey()) || hasLineEnd(header.getValue())) {
                return null;
            }
            byte[] name = header.getKey().getBytes(StandardCharsets.ISO_8859_1);
            if (!passes(FieldName.of(name))) {
                continue;
            }
            fields.put(name).put(':').put(' ')
                    .put(header.getValue().getBytes(StandardCharsets.UTF_8)).endLine();
        }
        return read(method, target, host, fields);
    }

    /** What frames the asker's own message, or asks something of its connection, stays behind. */
    private static boolean passes(FieldName name) {
        return switch (name) {
            case HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, KEEP_ALIVE, PROXY_CONNECTION,
                    TE, TRAILER, UPGRADE, HTTP2_SETTINGS, EXPECT -> false;
            default -> true;
        };
    }

    private static RequestHead read(String method, String target, String host, HeadWriter fields) {
        if (host == null || !isOneLine(method) || !isOneLine(target) || !isOneLine(host)) {
            return null;
        }
        HeadWriter start = new HeadWriter();
        start.put(latin1(method)).put(' ').put(latin1(target)).put(HTTP_1_1).put(latin1(host))
                .endLine();
        ByteBuf octets = Unpooled.wrappedBuffer(
                start.take(UnpooledByteBufAllocator.DEFAULT, 0),
                fields.endLine().take(UnpooledByteBufAllocator.DEFAULT, 0));
        try {
            RequestHead head = new RequestHead(LIMITS);
            boolean whole = head.read(octets) == Progress.COMPLETE && !octets.isReadable();
            return whole ? head : null;
        } finally {
            octets.release();
        }
    }

    /** No part may bring a line of its own; whatever else is wrong with it, the parser sees. */
    private static boolean isOneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static boolean hasLineEnd(String text) {
        return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What an asker says of the request in fields of their own. */
    private static final class Claims {
        private String method;
        private String target;
        private String host;
        private boolean contradictory;

        /** Takes a field that says such a thing; false when it is any other. */
        boolean take(RequestHead head, int field) {
            FieldName known = head.name(field);
            boolean may = known == FieldName.X_FORWARDED || known == FieldName.OTHER
                    || known == FieldName.X_ORIGINAL_URL;
            if (!may) {
                return false;
            }
            String name = head.text(head.nameFrom(field), head.nameTo(field))
                    .toLowerCase(Locale.ROOT);
            String value = head.text(head.valueFrom(field), head.valueTo(field));
            switch (name) {
                case "x-forwarded-method", "x-original-method" -> method = same(method, value);
                case "x-forwarded-uri", "x-original-uri" -> target = same(target, value);
                case "x-original-url" -> url(value);
                case "x-forwarded-host" -> host = same(host, value);
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** {@code http://host/path?query}, or a target alone. */
        private void url(String value) {
            int scheme = value.indexOf("://");
            int path = scheme < 0 ? 0 : value.indexOf('/', scheme + 3);
            if (scheme >= 0) {
                String authority = value.substring(scheme + 3, path < 0 ? value.length() : path);
                host = same(host, authority);
            }
            target = same(target, path < 0 ? "/" : value.substring(path));
        }

        private String same(String before, String now) {
            contradictory |= before != null && !before.equals(now);
            return now;
        }
    }
}
