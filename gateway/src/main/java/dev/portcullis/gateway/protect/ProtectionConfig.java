package dev.portcullis.gateway.protect;

import dev.portcullis.core.access.Cidr;
import java.time.Duration;
import java.util.List;

/**
 * What keeps the gateway standing whatever clients do, and whom it believes. Immutable; no field
 * is null.
 *
 * @param trustedProxies whose forwarded headers are believed
 * @param proxyProtocolFrom which peers begin every connection with a PROXY protocol header; theirs
 *     must, others' must not
 * @param connectionsPerAddressMax open connections of one client address; 0: no bound
 * @param failedAttemptsMax requests with a bad credential from one source in {@code
 *     failedAttemptsPeriod}; then 429 before any look-up. 0: no bound
 * @param failedAttemptsPeriod in which they are counted
 * @param exchangesMax exchanges in progress, over all loops; one more is 503. 0: no bound
 */
public record ProtectionConfig(
        List<Cidr> trustedProxies,
        List<Cidr> proxyProtocolFrom,
        int connectionsPerAddressMax,
        int failedAttemptsMax,
        Duration failedAttemptsPeriod,
        int exchangesMax) {

    /** Nobody is trusted; generous bounds. */
    public static final ProtectionConfig DEFAULTS = new ProtectionConfig(
            List.of(), List.of(), 0, 6_000, Duration.ofMinutes(1), 20_000);

    /** Copies what could change. */
    public ProtectionConfig {
        trustedProxies = List.copyOf(trustedProxies);
        proxyProtocolFrom = List.copyOf(proxyProtocolFrom);
    }
}
