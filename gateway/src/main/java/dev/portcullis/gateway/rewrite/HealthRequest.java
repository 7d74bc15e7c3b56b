package dev.portcullis.gateway.rewrite;

import static dev.portcullis.gateway.http1.HeadWriter.ascii;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The request of a health check: all that the gateway ever sends to an application without a
 * permit. It is a GET without a body, a credential or an identity, of an address and a path that
 * stand in the configuration; nobody's request causes it, and nothing of one can get into it. Any
 * thread.
 */
public final class HealthRequest {
    private static final byte[] GET = ascii("GET ");
    private static final byte[] HOST = ascii(" HTTP/1.1\r\nHost: ");
    private static final byte[] REST = ascii("\r\nUser-Agent: portcullis\r\nAccept: */*\r\n\r\n");

    private HealthRequest() {}

    /**
     * A new one.
     *
     * @param authority {@code host:port}
     * @param path with or without a query
     * @throws IllegalArgumentException when either holds more than visible ASCII, or the path does
     *     not begin with a slash: it would be another request, or several
     */
    public static UpstreamRequest of(String authority, String path) {
        if (!isVisible(authority) || !isVisible(path) || path.charAt(0) != '/') {
            throw new IllegalArgumentException("not a request: " + authority + " " + path);
        }
        byte[] host = ascii(authority);
        byte[] target = ascii(path);
        ByteBuf head = ByteBufAllocator.DEFAULT.directBuffer(
                GET.length + target.length + HOST.length + host.length + REST.length);
        head.writeBytes(GET).writeBytes(target).writeBytes(HOST).writeBytes(host).writeBytes(REST);
        return new UpstreamRequest(head, false, false, false, null);
    }

    private static boolean isVisible(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }
}
