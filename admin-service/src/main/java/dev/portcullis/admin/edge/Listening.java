package dev.portcullis.admin.edge;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The rules of listening that all servers of the admin-service share. */
public final class Listening {
    private Listening() {}

    /**
     * Refuses an address that would carry tokens in plain text over a network.
     *
     * @param key the configuration key the address comes from
     * @throws IllegalArgumentException when the address is not one of this machine's own, or unresolved
     */
    public static void requireLoopback(InetSocketAddress address, String key) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    key + ": the address " + address.getHostString() + " is unknown");
        }
        if (!address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(key + ": " + text(address)
                    + " is not a loopback address, and without TLS the admin API"
                    + " is served on loopback addresses only, such as 127.0.0.1");
        }
    }

    /**
     * What to tell an operator when an address cannot be listened on.
     *
     * @param key the configuration key the address comes from
     */
    public static IOException cannotListen(
            InetSocketAddress address, String key, Throwable cause) {
        return new IOException(key + ": cannot listen on " + text(address)
                + ": " + reason(cause), cause);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static String reason(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage();
    }
}
