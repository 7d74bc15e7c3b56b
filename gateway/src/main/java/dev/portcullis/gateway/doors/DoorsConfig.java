package dev.portcullis.gateway.doors;

import java.net.InetSocketAddress;

/**
 * The doors beside the proxy by which the verdict can be asked for.
 *
 * @param forwardAuth whether {@code /.portcullis/auth} on the traffic ports answers other proxies
 * @param externalAuthorization where Envoy's external authorisation is served over gRPC; null: not
 */
public record DoorsConfig(boolean forwardAuth, InetSocketAddress externalAuthorization) {
    /** None is open. */
    public static final DoorsConfig NONE = new DoorsConfig(false, null);
}
