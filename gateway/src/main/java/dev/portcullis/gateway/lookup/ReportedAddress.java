package dev.portcullis.gateway.lookup;

import java.net.InetAddress;

/** How a client's address stands in a report: as text, without port. */
final class ReportedAddress {
    private ReportedAddress() {}

    static String of(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        // the zone of a link-local address means nothing on another machine
        return zone < 0 ? text : text.substring(0, zone);
    }
}
