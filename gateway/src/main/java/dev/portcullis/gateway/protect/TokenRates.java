package dev.portcullis.gateway.protect;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.portcullis.core.token.TokenPrefix;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much each credential has asked for lately, by application; the generic cell rate algorithm.
 * It is kept apart from the credentials' records and outlives their being read again: no change of
 * a record gives anything back early. Bounded: of more credentials than it can hold, those that are
 * used the least are forgotten. Any thread.
 */
final class TokenRates {
    private static final int CREDENTIALS_MAX = 100_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Cache<TokenPrefix, ConcurrentHashMap<String, AtomicLong>> reached =
            Caffeine.newBuilder().maximumSize(CREDENTIALS_MAX).executor(Runnable::run).build();
    private final long startNanos;

    TokenRates(long startNanos) {
        this.startNanos = startNanos;
    }

    /** Takes one request off what a credential may ask for. */
    RateState take(TokenPrefix credential, String application, RatePolicy policy, long nowNanos) {
        AtomicLong cell = reached
                .get(credential, prefix -> new ConcurrentHashMap<>())
                .computeIfAbsent(application, name -> new AtomicLong());
        long now = nowNanos - startNanos;
        long interval = policy.intervalNanos();
        long tolerance = interval * policy.burst();
        while (true) {
            long before = cell.get();
            long next = Math.max(before, now) + interval;
            if (next - now > tolerance) {
                return new RateState(
                        false, 0, seconds(before - now), seconds(next - now - tolerance));
            }
            if (cell.compareAndSet(before, next)) {
                long remaining = (tolerance - (next - now)) / interval;
                return new RateState(true, remaining, seconds(next - now), 0);
            }
        }
    }

    private static long seconds(long nanos) {
        return (nanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
    }
}
