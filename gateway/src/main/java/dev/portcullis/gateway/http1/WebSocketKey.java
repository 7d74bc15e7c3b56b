package dev.portcullis.gateway.http1;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** What an upstream has to answer to the key of a WebSocket handshake. */
public final class WebSocketKey {
    private static final byte[] SUFFIX =
            "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.US_ASCII);

    private WebSocketKey() {}

    /**
     * The value of Sec-WebSocket-Accept (RFC 6455, section 4.2.2): it proves that who answers has
     * read the handshake, no more, so that SHA-1 is good enough for it.
     *
     * @param key the value of Sec-WebSocket-Key, ASCII
     */
    public static byte[] accept(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            digest.update(key);
            return Base64.getEncoder().encode(digest.digest(SUFFIX));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
