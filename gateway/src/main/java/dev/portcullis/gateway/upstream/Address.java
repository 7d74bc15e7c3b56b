package dev.portcullis.gateway.upstream;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address of an endpoint: what connections are opened to and what requests are shared out
 * among. All loops share it; any thread.
 */
public final class Address {
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;

    private final Endpoint endpoint;
    private final InetSocketAddress socket;
    private final String text;
    private final Standing standing = new Standing();
    private final AtomicInteger inProgress = new AtomicInteger();

    /** An address of an endpoint; {@code socket} is null while its name stands for nothing. */
    Address(Endpoint endpoint, InetSocketAddress socket) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.text = socket == null ? null : NetUtil.toSocketAddressString(socket);
    }

    /** The endpoint as configured. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Where to connect to; null when the endpoint's name was never resolved. */
    public InetSocketAddress socket() {
        return socket;
    }

    boolean isAt(InetSocketAddress other) {
        return other.equals(socket);
    }

    Standing standing() {
        return standing;
    }

    /** The application there has answered with that status. */
    public void answered(int status) {
        if (status < BAD_GATEWAY || status > GATEWAY_TIMEOUT) {
            standing.succeeded();
        } else {
            failed();
        }
    }

    /** The application there took a request and did not answer it as it should. */
    public void failed() {
        endpoint.cluster().failed(this, standing.failed());
    }

    /** No connection was to be had there. */
    void connectFailed() {
        endpoint.cluster().suspect(this);
        failed();
    }

    AddressState state() {
        return new AddressState(
                endpoint.toString(), text == null ? endpoint.toString() : text,
                !standing.isUnwell(), standing.isEjected());
    }

    /** Leases over all loops, counted only where there is a choice of addresses. */
    AtomicInteger inProgress() {
        return inProgress;
    }

    /**
     * How it is called in logs: {@code host:port} as configured, or {@code address:port} where the
     * endpoint's name has several.
     */
    @Override
    public String toString() {
        return text == null || endpoint.addresses().size() == 1 ? endpoint.toString() : text;
    }
}
