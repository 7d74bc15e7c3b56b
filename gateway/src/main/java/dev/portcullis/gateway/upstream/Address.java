package dev.portcullis.gateway.upstream;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One address of an endpoint: what connections are opened to and what requests are shared out
 * among. All loops share it; any thread.
 */
public final class Address {
    private final Endpoint endpoint;
    private final InetSocketAddress socket;
    private final String text;
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
