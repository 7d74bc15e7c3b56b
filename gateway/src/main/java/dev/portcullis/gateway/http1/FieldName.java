package dev.portcullis.gateway.http1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The field names that mean something to a gateway. A name is recognised in every spelling that a
 * careless server might fold to it ({@code x_api.key}), because what is recognised can be deleted;
 * only the exact spelling is ever obeyed.
 */
public enum FieldName {
    // framing and the connection (RFC 9112; RFC 9110, section 7.6.1)
    HOST("host"),
    CONTENT_LENGTH("content-length"),
    TRANSFER_ENCODING("transfer-encoding"),
    CONNECTION("connection"),
    KEEP_ALIVE("keep-alive"),
    PROXY_CONNECTION("proxy-connection"),
    TE("te"),
    TRAILER("trailer"),
    UPGRADE("upgrade"),
    HTTP2_SETTINGS("http2-settings"),
    EXPECT("expect"),
    // credentials
    AUTHORIZATION("authorization"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    X_API_KEY("x-api-key"),
    // who is calling, which only we may say
    X_REQUEST_ID("x-request-id"),
    FORWARDED("forwarded"),
    X_REAL_IP("x-real-ip"),
    VIA("via"),
    // what would let a caller ask for one thing and get another
    X_HTTP_METHOD("x-http-method"),
    X_HTTP_METHOD_OVERRIDE("x-http-method-override"),
    X_METHOD_OVERRIDE("x-method-override"),
    X_ORIGINAL_URL("x-original-url"),
    X_REWRITE_URL("x-rewrite-url"),
    // what a WebSocket handshake agrees on (RFC 6455, section 11.3)
    SEC_WEBSOCKET_KEY("sec-websocket-key"),
    SEC_WEBSOCKET_VERSION("sec-websocket-version"),
    SEC_WEBSOCKET_ACCEPT("sec-websocket-accept"),
    /** Becomes the variable HTTP_PROXY of a CGI script, and so its proxy ("httpoxy"). */
    PROXY("proxy"),
    // shown or needed elsewhere
    CONTENT_TYPE("content-type"),
    GRPC_TIMEOUT("grpc-timeout"),
    /** Any name that begins with {@code x-forwarded-}. */
    X_FORWARDED(null),
    /** Any name that begins with {@code x-portcullis-}: our own. */
    X_PORTCULLIS(null),
    /** Any other name that begins with {@code sec-websocket-}. */
    SEC_WEBSOCKET(null),
    /** Everything else. */
    OTHER(null);

    private static final byte[] FORWARDED_PREFIX = ascii("x-forwarded-");
    private static final byte[] PORTCULLIS_PREFIX = ascii("x-portcullis-");
    private static final byte[] WEBSOCKET_PREFIX = ascii("sec-websocket-");
    private static final FieldName[][] BY_LENGTH = byLength();

    private final byte[] lower;

    FieldName(String lower) {
        this.lower = lower == null ? null : ascii(lower);
    }

    /** The name that these octets spell, in any case and any folding; never null. */
    public static FieldName of(byte[] name) {
        return of(name, 0, name.length);
    }

    static FieldName of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < BY_LENGTH.length) {
            for (FieldName candidate : BY_LENGTH[length]) {
                if (startsWith(bytes, from, candidate.lower)) {
                    return candidate;
                }
            }
        }
        if (length >= FORWARDED_PREFIX.length && startsWith(bytes, from, FORWARDED_PREFIX)) {
            return X_FORWARDED;
        }
        if (length >= PORTCULLIS_PREFIX.length && startsWith(bytes, from, PORTCULLIS_PREFIX)) {
            return X_PORTCULLIS;
        }
        if (length >= WEBSOCKET_PREFIX.length && startsWith(bytes, from, WEBSOCKET_PREFIX)) {
            return SEC_WEBSOCKET;
        }
        return OTHER;
    }

    /** What a name that is given in configuration means; never null. */
    public static FieldName of(String name) {
        byte[] octets = ascii(name);
        return of(octets, 0, octets.length);
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] folded) {
        for (int i = 0; i < folded.length; i++) {
            if (Octets.folded(bytes[from + i]) != folded[i]) {
                return false;
            }
        }
        return true;
    }

    private static FieldName[][] byLength() {
        List<List<FieldName>> lists = new ArrayList<>();
        for (FieldName name : values()) {
            if (name.lower != null) {
                while (lists.size() <= name.lower.length) {
                    lists.add(new ArrayList<>());
                }
                lists.get(name.lower.length).add(name);
            }
        }
        return lists.stream().map(l -> l.toArray(FieldName[]::new)).toArray(FieldName[][]::new);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
