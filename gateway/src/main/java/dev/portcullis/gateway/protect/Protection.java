package dev.portcullis.gateway.protect;

import dev.portcullis.core.access.Cidr;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * What all event loops share of what protects the gateway: whom it believes, and what is counted
 * over all of them. Any thread.
 */
public final class Protection {
    private static final Duration MEMORY_LOOK = Duration.ofMillis(400);

    private final ProtectionConfig config;
    private final TrustedProxies trustedProxies;
    private final AddressCounts connections;
    private final FailedAttempts attempts;
    private final TokenRates tokenRates;
    private final BooleanSupplier memoryFull;
    private final AtomicLong memoryLookNanos;
    private final ProtectionStats stats = new ProtectionStats();
    private ExchangePermits permits;
    private volatile boolean memoryNearEnd;

    /**
     * The protection of one gateway, with nothing counted yet.
     *
     * @param random seeds what must not be guessed from outside
     * @param memoryFull whether memory is near its end; asked twice a second
     * @param nowNanos the monotonic clock's present reading
     */
    public Protection(
            ProtectionConfig config,
            RandomGenerator random,
            BooleanSupplier memoryFull,
            long nowNanos) {
        this.config = config;
        this.trustedProxies = new TrustedProxies(config.trustedProxies());
        this.connections = new AddressCounts(config.connectionsPerAddressMax());
        this.attempts = new FailedAttempts(
                config.failedAttemptsMax(), config.failedAttemptsPeriod(), random, nowNanos);
        this.tokenRates = new TokenRates(nowNanos);
        this.memoryFull = memoryFull;
        this.memoryLookNanos = new AtomicLong(nowNanos - MEMORY_LOOK.toNanos());
    }

    /**
     * What one loop asks. All loops of a gateway get theirs before any of them serves.
     *
     * @param loops how many loops there are
     */
    public synchronized Guard guard(int loops) {
        if (permits == null && config.exchangesMax() > 0) {
            permits = new ExchangePermits(config.exchangesMax(), loops);
        }
        return new Guard(this, attempts, permits);
    }

    /** Whether memory is near its end, by a look that the loops share. */
    boolean memoryNearEnd(long nowNanos) {
        long last = memoryLookNanos.get();
        boolean due = nowNanos - last >= MEMORY_LOOK.toNanos();
        if (due && memoryLookNanos.compareAndSet(last, nowNanos)) {
            memoryNearEnd = memoryFull.getAsBoolean();
        }
        return memoryNearEnd;
    }

    TokenRates tokenRates() {
        return tokenRates;
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
