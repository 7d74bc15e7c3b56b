package dev.portcullis.gateway.rewrite;

import dev.portcullis.core.access.Source;
import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.protect.TrustedProxies;

/**
 * What is known of whoever sends requests. Immutable.
 *
 * @param source where they come from: the peer, whom a PROXY protocol header named, or whom a
 *     trusted proxy says it speaks for
 * @param address the peer's address, or that of the PROXY protocol header, as text in ASCII
 * @param tlsVersion of the connection, {@code TLSv1.3}; null for clear text
 * @param forwarded what the peer says of a request, being a trusted proxy; null when it is none
 */
public record Caller(Source source, byte[] address, String tlsVersion, Forwarded forwarded) {
    /** Somebody who is not known to be a proxy. */
    public Caller(Source source, byte[] address, String tlsVersion) {
        this(source, address, tlsVersion, null);
    }

    /** Whether the connection is over TLS. */
    public boolean secure() {
        return tlsVersion != null;
    }

    /** Who has sent a request over this caller's connection, as far as the peer is believed. */
    Caller of(RequestHead head, TrustedProxies trusted) {
        if (source.address() == null || !trusted.trusts(source.address())) {
            return this;
        }
        return new Caller(trusted.resolve(source, head), address, tlsVersion, Forwarded.of(head));
    }
}
