package dev.portcullis.gateway.protect;

import java.net.InetAddress;

/**
 * By what a source is counted: an IPv4 address, or the first 64 bits of an IPv6 address, which is
 * the least that a site is given (RFC 6177), so that who has one has as many addresses as they
 * like.
 */
final class SourceKey {
    /** The first half of no IPv6 address from which anything comes: of a multicast one. */
    private static final long V4 = -1L << Integer.SIZE;

    private static final int V4_OCTETS = 4;

    private SourceKey() {}

    /** The key of an address; all others with it have the same, and nobody else. */
    static long of(InetAddress address) {
        byte[] octets = address.getAddress();
        long key = octets.length == V4_OCTETS ? V4 : 0;
        int counted = octets.length == V4_OCTETS ? V4_OCTETS : Long.BYTES;
        long number = 0;
        for (int i = 0; i < counted; i++) {
            number = number << Byte.SIZE | octets[i] & 0xff;
        }
        return key | number;
    }
}
