package dev.portcullis.gateway.protect;

import dev.portcullis.gateway.http1.HeadWriter;

/**
 * How a credential stands with its rate after a request. Immutable.
 *
 * @param within whether the request was within it
 * @param remaining requests that may come at once
 * @param resetSeconds until as many may come as ever
 * @param retryAfterSeconds until one may come; 0 where one may now
 */
public record RateState(boolean within, long remaining, long resetSeconds, long retryAfterSeconds) {
    /**
     * The fields that tell the client, with their line ends: {@code RateLimit-Policy} and {@code
     * RateLimit} (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4).
     */
    public byte[] fields(RatePolicy policy) {
        return HeadWriter.ascii("RateLimit-Policy: \"token\";q=" + policy.requests() + ";w="
                + policy.periodSeconds() + "\r\nRateLimit: \"token\";r=" + remaining
                + ";t=" + resetSeconds + "\r\n");
    }
}
