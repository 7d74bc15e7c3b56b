package dev.portcullis.gateway.accesslog;

import dev.portcullis.core.access.Role;
import dev.portcullis.core.token.TokenPrefix;
import java.net.InetAddress;

/**
 * What is told of one exchange: a plain structure, filled in as the exchange goes along. What is
 * null or negative is left out of the line.
 *
 * <p>It belongs to the exchange's event loop until {@link AccessLog#write}, and to the log after
 * that: a written entry must not be changed or written again. Everything costly about it (text of
 * addresses, escaping, redaction) is done by the log's own thread.
 */
public final class AccessLogEntry {
    /** When the request's head was complete: milliseconds since the epoch. */
    public long timeMillis;

    public String requestId;

    /** The client's address, without port. */
    public InetAddress client;

    /** As the client's connection speaks it: {@code HTTP/1.1}. */
    public String protocol;

    /** The version of TLS on the client's connection: {@code TLSv1.3}; null in clear text. */
    public String tls;

    /** The trace it belongs to, in hexadecimal; null when it belongs to none. */
    public String traceId;

    public String method;

    /**
     * The path in its normal form, without the query, which may hold secrets. Each character stands
     * for one octet (ISO 8859-1), so that no octet is lost.
     */
    public String path;

    /** Octets of the query, without the question mark; negative when there is none. */
    public int queryBytes = -1;

    public String application;

    public String userId;

    /** The user's name. */
    public String user;

    /** The credential's public prefix. */
    public TokenPrefix tokenId;

    public Role role;

    /** The status sent to the client; 0 when none was. */
    public int status;

    /** The code of a refusal or failure; null when the upstream's answer was relayed whole. */
    public String code;

    /** The name of the phase in which the exchange ended. */
    public String phase;

    /** Octets of request body received. */
    public long bytesIn;

    /** Octets of response body sent. */
    public long bytesOut;

    /** What became of it, in one word. */
    public String outcome;

    /** From the head's last octet to the end of the exchange. */
    public long durationMicros;

    /** From the head's last octet to the verdict; negative when there was none. */
    public long verdictMicros = -1;

    /** From the verdict to the lease of an upstream connection; negative when there was none. */
    public long leaseMicros = -1;

    /** The endpoint the request was sent to: {@code host:port}. */
    public String upstream;

    /** From the lease of the upstream connection to its response head; negative when none came. */
    public long upstreamMicros = -1;

    /** From the response's head to the end of the exchange; negative when none came. */
    public long responseMicros = -1;

    /** How often the request was sent once more. */
    public int retries;

    /** Whether the upstream connection had served another request before. */
    public boolean reused;
}
