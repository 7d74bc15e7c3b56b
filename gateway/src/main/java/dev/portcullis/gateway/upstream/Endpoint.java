package dev.portcullis.gateway.upstream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an application is, as configured. What its name stands for is looked up off the event
 * loops; what was once found stays until something else is. Any thread.
 */
public final class Endpoint {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    /** So that no name makes us hold without bound. */
    private static final int ADDRESSES_MAX = 64;

    private final Cluster cluster;
    private final String host;
    private final int port;
    private final boolean secure;
    private final String text;
    private volatile List<Address> addresses;

    Endpoint(Cluster cluster, URI upstream) {
        this.cluster = cluster;
        String name = upstream.getHost();
        host = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        secure = "https".equals(upstream.getScheme());
        int usual = secure ? HTTPS_PORT : HTTP_PORT;
        port = upstream.getPort() < 0 ? usual : upstream.getPort();
        text = name + ":" + port;
        addresses = List.of(new Address(this, null));
    }

    Cluster cluster() {
        return cluster;
    }

    /** The name or address, without brackets. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** Whether TLS is spoken there. */
    public boolean isSecure() {
        return secure;
    }

    /**
     * What the name stands for: at least one, which is unresolved where nothing was ever found.
     */
    public List<Address> addresses() {
        return addresses;
    }

    /**
     * Looks the name up, which may take seconds. Not by two threads at once.
     *
     * @return whether its addresses are others now
     */
    boolean refresh(NameLookup names) {
        List<Address> before = addresses;
        List<Address> found = new ArrayList<>();
        try {
            for (InetAddress address : names.lookUp(host)) {
                InetSocketAddress socket = new InetSocketAddress(address, port);
                if (found.size() < ADDRESSES_MAX
                        && found.stream().noneMatch(other -> other.isAt(socket))) {
                    found.add(before.stream().filter(known -> known.isAt(socket)).findFirst()
                            .orElseGet(() -> new Address(this, socket)));
                }
            }
        } catch (UnknownHostException e) {
            // what was known before is the best guess there is; nothing known means 'unreachable'
            return false;
        }
        if (found.isEmpty() || found.size() == before.size() && before.containsAll(found)) {
            return false; // in another order, perhaps, which means nothing
        }
        addresses = List.copyOf(found);
        return true;
    }

    /** {@code host:port}, as configured. */
    @Override
    public String toString() {
        return text;
    }
}
