package dev.portcullis.gateway.protect;

import dev.portcullis.core.access.AddressText;
import dev.portcullis.core.access.Cidr;
import dev.portcullis.core.access.Source;
import dev.portcullis.gateway.http1.FieldName;
import dev.portcullis.gateway.http1.RequestHead;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Whose word is taken for where a request comes from. A proxy that is trusted has written at the
 * right end of {@code X-Forwarded-For} for whom it speaks; what stands left of that is believed
 * only as far as the address that wrote it is trusted, too. Immutable; any thread.
 */
public final class TrustedProxies {
    /** Nobody is believed. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    /** Proxies in a row; whoever has more is told from the last of them. */
    static final int HOPS_MAX = 32;

    private static final String NAME = "x-forwarded-for";
    /** Longer than any address with brackets and a port. */
    private static final int ENTRY_LENGTH_MAX = 64;

    private final Cidr[] ranges;

    /** Trusts the addresses in these ranges, and no other. */
    public TrustedProxies(List<Cidr> ranges) {
        this.ranges = ranges.toArray(Cidr[]::new);
    }

    /** Whether an address is a trusted proxy's. */
    public boolean trusts(InetAddress address) {
        for (Cidr range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where a request comes from: the peer, unless that is a trusted proxy; then the first address
     * from the right of {@code X-Forwarded-For} that is none. An entry that is no address ends the
     * walk: the source is the last address that could be read. A client certificate counts only
     * where the peer itself is the source.
     *
     * @param peer who the connection is from, by the socket or the PROXY protocol
     */
    public Source resolve(Source peer, RequestHead head) {
        if (ranges.length == 0 || peer.address() == null || !trusts(peer.address())) {
            return peer;
        }
        Walk walk = new Walk(peer.address());
        // several fields of a name are one list, in their order (RFC 9110, section 5.3)
        for (int field = head.fields() - 1; field >= 0 && !walk.over; field--) {
            if (head.name(field) == FieldName.X_FORWARDED && isForwardedFor(head, field)) {
                walk.along(head, field);
            }
        }
        return walk.last == peer.address() ? peer : Source.of(walk.last);
    }

    private static boolean isForwardedFor(RequestHead head, int field) {
        int from = head.nameFrom(field);
        if (head.nameTo(field) - from != NAME.length()) {
            return false;
        }
        byte[] bytes = head.bytes();
        for (int i = 0; i < NAME.length(); i++) {
            int c = bytes[from + i];
            if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != NAME.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** From address to address, each naming the one before it, as long as they are trusted. */
    private final class Walk {
        private InetAddress last;
        private int hops;
        private boolean over;

        Walk(InetAddress peer) {
            last = peer;
        }

        /** Takes the entries of one field from right to left. */
        void along(RequestHead head, int field) {
            byte[] bytes = head.bytes();
            int from = head.valueFrom(field);
            int to = head.valueTo(field);
            while (!over) {
                int at = to;
                while (at > from && bytes[at - 1] != ',') {
                    at--;
                }
                step(address(head, at, to));
                if (at == from) {
                    return;
                }
                to = at - 1;
            }
        }

        private void step(InetAddress next) {
            hops++;
            if (next == null) {
                over = true;
                return;
            }
            last = next;
            over = hops == HOPS_MAX || !trusts(next);
        }
    }

    /** The address in an entry, which may have a port; null when there is none. */
    private static InetAddress address(RequestHead head, int from, int to) {
        byte[] bytes = head.bytes();
        while (from < to && isBlank(bytes[from])) {
            from++;
        }
        while (to > from && isBlank(bytes[to - 1])) {
            to--;
        }
        return from == to || to - from > ENTRY_LENGTH_MAX ? null : address(head.text(from, to));
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    private static InetAddress address(String entry) {
        if (entry.charAt(0) == '[') {
            int end = entry.indexOf(']');
            boolean whole = end > 0
                    && (end == entry.length() - 1 || isPort(entry, end + 1));
            // brackets are for IPv6 alone (RFC 3986, section 3.2.2)
            boolean v6 = whole && entry.substring(1, end).indexOf(':') >= 0;
            return v6 ? parse(entry.substring(1, end)) : null;
        }
        int colon = entry.indexOf(':');
        boolean port = colon >= 0 && colon == entry.lastIndexOf(':');
        if (port && !isPort(entry, colon)) {
            return null;
        }
        return parse(port ? entry.substring(0, colon) : entry);
    }

    private static InetAddress parse(String text) {
        byte[] octets = AddressText.read(text);
        try {
            return octets == null ? null : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 octets are addresses", e);
        }
    }

    /** Whether the rest of an entry is a colon and a port. */
    private static boolean isPort(String entry, int colon) {
        int digits = entry.length() - colon - 1;
        if (entry.charAt(colon) != ':' || digits < 1 || digits > 5) {
            return false;
        }
        for (int i = colon + 1; i < entry.length(); i++) {
            if (entry.charAt(i) < '0' || entry.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
