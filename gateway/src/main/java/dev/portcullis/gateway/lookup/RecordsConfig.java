package dev.portcullis.gateway.lookup;

import java.time.Duration;

/**
 * The gateway's knowledge of credentials and principals.
 *
 * @param credentialsMax credential records in L1
 * @param principalsMax principal records in L1
 * @param negativesMax unknown prefixes remembered, in a table apart from L1
 * @param negativeTtl how long an unknown prefix is remembered
 * @param resolveTimeout how long one question to the origin may take
 * @param resolvesMax questions to the origin at once; one more is answered 'unavailable'. A quarter
 *     of them is kept for prefixes that some credential is known to have had
 * @param usageInterval how often uses of credentials, and refusals, are reported to the origin
 * @param gatewayId the gateway's name, 1 to 64 of [A-Za-z0-9._-]; null: one is made at each start
 * @param version of this software, as the origin is told
 */
public record RecordsConfig(
        int credentialsMax,
        int principalsMax,
        int negativesMax,
        Duration negativeTtl,
        Duration resolveTimeout,
        int resolvesMax,
        Duration usageInterval,
        String gatewayId,
        String version) {

    /**
     * Refuses what no gateway could work with.
     *
     * @throws IllegalArgumentException when a number or a duration is not positive
     */
    public RecordsConfig {
        requirePositive("credentialsMax", credentialsMax);
        requirePositive("principalsMax", principalsMax);
        requirePositive("negativesMax", negativesMax);
        requirePositive("negativeTtl", negativeTtl.toNanos());
        requirePositive("resolveTimeout", resolveTimeout.toNanos());
        requirePositive("resolvesMax", resolvesMax);
        requirePositive("usageInterval", usageInterval.toNanos());
    }

    /** Of a gateway that has no name of its own. */
    public RecordsConfig(
            int credentialsMax,
            int principalsMax,
            int negativesMax,
            Duration negativeTtl,
            Duration resolveTimeout,
            int resolvesMax,
            Duration usageInterval) {
        this(credentialsMax, principalsMax, negativesMax, negativeTtl, resolveTimeout,
                resolvesMax, usageInterval, null, "");
    }

    /** The same with a name and a version. */
    public RecordsConfig named(String id, String software) {
        return new RecordsConfig(credentialsMax, principalsMax, negativesMax, negativeTtl,
                resolveTimeout, resolvesMax, usageInterval, id, software);
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be more than nothing");
        }
    }

    /** Sensible limits. */
    public static RecordsConfig defaults() {
        return new RecordsConfig(
                200_000,
                100_000,
                50_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                256,
                Duration.ofSeconds(10));
    }
}
