package dev.portcullis.gateway.protect;

import dev.portcullis.core.access.Cidr;
import java.net.InetAddress;

/**
 * What all event loops share of what protects the gateway: whom it believes, and what is counted
 * over all of them. Any thread.
 */
public final class Protection {
    private final ProtectionConfig config;
    private final TrustedProxies trustedProxies;
    private final AddressCounts connections;
    private final ProtectionStats stats = new ProtectionStats();

    /** The protection of one gateway, with nothing counted yet. */
    public Protection(ProtectionConfig config) {
        this.config = config;
        this.trustedProxies = new TrustedProxies(config.trustedProxies());
        this.connections = new AddressCounts(config.connectionsPerAddressMax());
    }

    /** Whose forwarded headers are believed. */
    public TrustedProxies trustedProxies() {
        return trustedProxies;
    }

    /** Whether a peer begins its connections with a PROXY protocol header, and must. */
    public boolean expectsProxyHeader(InetAddress peer) {
        for (Cidr range : config.proxyProtocolFrom()) {
            if (range.contains(peer)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Counts a connection from an address; {@link #disconnected} takes it back.
     *
     * @return false, and nothing is counted, when it is one too many: it is to be closed
     */
    public boolean connected(InetAddress address) {
        boolean admitted = connections.opened(address);
        if (!admitted) {
            stats.addressRefused.increment();
        }
        return admitted;
    }

    /** A connection that was counted is gone. */
    public void disconnected(InetAddress address) {
        connections.closed(address);
    }

    /** Addresses (IPv6: networks of 64 bits) with open connections; 0 where these are unbounded. */
    public int addressesConnected() {
        return connections.addresses();
    }

    /** What it counts. */
    public ProtectionStats stats() {
        return stats;
    }
}
