package dev.portcullis.core.access;

import java.net.InetAddress;

/**
 * Where a request comes from, as far as a credential can be restricted to it. Immutable.
 *
 * @param address the client's address, or null when that is not known
 * @param certificate of the client, proved in the TLS handshake; null when there is none
 */
public record Source(InetAddress address, Fingerprint certificate) {
    /** Nothing is known of it: whatever is restricted to a source is denied. */
    public static final Source UNKNOWN = new Source(null, null);

    /** An address alone. */
    public static Source of(InetAddress address) {
        return new Source(address, null);
    }
}
