package dev.portcullis.gateway.rewrite;

import dev.portcullis.core.access.Source;

/**
 * What is known of a client's connection. Immutable.
 *
 * @param source where it comes from: the peer, or whom a PROXY protocol header named
 * @param address the source's address as text, in ASCII
 * @param tlsVersion that it came over, {@code TLSv1.3}; null for clear text
 */
public record Caller(Source source, byte[] address, String tlsVersion) {
    /** Whether it came over TLS. */
    public boolean secure() {
        return tlsVersion != null;
    }
}
