package dev.portcullis.admin.edge;

import dev.portcullis.admin.store.StartException;
import java.net.InetSocketAddress;

/** The rules of listening that all servers of the admin-service share. */
public final class Listening {
    private Listening() {}

    /**
     * Refuses an address that would carry tokens in plain text over a network.
     *
     * @param key the configuration key the address comes from
     * @throws StartException when the address is not one of this machine's own, or unknown
     */
    public static void requireLoopback(InetSocketAddress address, String key)
            throws StartException {
        if (address.isUnresolved()) {
            throw new StartException("is an unknown address", text(address),
                    "Set " + key + " to an address of this machine", null);
        }
        if (!address.getAddress().isLoopbackAddress()) {
            throw new StartException(
                    "is not a loopback address, and without TLS the admin API is served on"
                            + " loopback addresses only",
                    text(address),
                    "Set " + key + " to a loopback address such as 127.0.0.1:"
                            + address.getPort(),
                    null);
        }
    }

    /**
     * What to tell an operator when an address cannot be listened on.
     *
     * @param key the configuration key the address comes from
     */
    public static StartException cannotListen(
            InetSocketAddress address, String key, Throwable cause) {
        return new StartException("cannot be listened on: " + reason(cause), text(address),
                "Stop what uses it, or set " + key + " to another address", cause);
    }

    private static String text(InetSocketAddress address) {
        String host = address.isUnresolved()
                ? address.getHostString()
                : address.getAddress().getHostAddress();
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
