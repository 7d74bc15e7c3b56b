package dev.portcullis.gateway.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Where an application is. A host name is looked up by {@link #refresh}, off the event loops; an
 * address that was once found stays until another one is.
 */
public final class Endpoint {
    private static final int HTTP_PORT = 80;

    private final String host;
    private final int port;
    private final String text;
    private volatile InetSocketAddress address;

    public Endpoint(URI upstream) {
        String name = upstream.getHost();
        host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        port = upstream.getPort() < 0 ? HTTP_PORT : upstream.getPort();
        text = name + ":" + port;
    }

    /** Looks the name up, which may take seconds. Never on an event loop. */
    public void refresh() {
        try {
            address = new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            // what was known before is the best guess there is; nothing known means 'unreachable'
            return;
        }
    }

    /** The address, or null when the name was never resolved. */
    public InetSocketAddress address() {
        return address;
    }

    /** {@code host:port}, as configured. */
    @Override
    public String toString() {
        return text;
    }
}
