package dev.portcullis.gateway.server;

import dev.portcullis.core.access.Fingerprint;
import dev.portcullis.core.access.Source;
import dev.portcullis.gateway.rewrite.Caller;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * What is learnt of a client while its connection is being set up: by the socket, by a PROXY
 * protocol header, by the TLS handshake. Not thread-safe: it belongs to the connection's loop.
 */
final class Peer {
    private InetAddress address;
    private String tlsVersion;
    private Fingerprint certificate;

    Peer(InetAddress address) {
        this.address = address;
    }

    InetAddress address() {
        return address;
    }

    /** A trusted proxy has said for whom it connects. */
    void address(InetAddress real) {
        address = real;
    }

    /** The TLS handshake is done; the client's certificate, or null, and the version agreed on. */
    void secured(Fingerprint client, String version) {
        tlsVersion = version;
        certificate = client;
    }

    /** What is known at last. */
    Caller caller() {
        return new Caller(new Source(address, certificate),
                address.getHostAddress().getBytes(StandardCharsets.US_ASCII), tlsVersion);
    }
}
